"""Products, their stock and reservations, the files they come from, and search."""
