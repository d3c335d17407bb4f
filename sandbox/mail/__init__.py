"""The mail folder: what the house sends lands here, and nobody else is written to."""
