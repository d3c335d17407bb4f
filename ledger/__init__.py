"""The double-entry posting engine: it knows accounts and entries, and no sale."""
