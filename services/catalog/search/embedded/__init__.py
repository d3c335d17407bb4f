"""Search in a folder of this machine, by tantivy: an index and what is asked of it."""
