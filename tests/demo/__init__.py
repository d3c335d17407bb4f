"""The demo's data, held against the rooms that will have to take it."""
