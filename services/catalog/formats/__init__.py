"""The files co-ops already have: told apart by what they say, cut into records, read as products or refused."""
