"""Where the towns of the world are, and what is near."""
