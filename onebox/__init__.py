"""The one room that may import every other: the table of rooms, the command line, the one box, demo data."""
