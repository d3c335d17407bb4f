"""The business rooms: each owns its database, its facts and its part of the public API."""
