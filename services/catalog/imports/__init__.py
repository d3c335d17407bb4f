"""Files that co-ops hand in or keep at an address, and what becomes of their rows."""
