"""A co-op's own products, by form, file or its own system."""
