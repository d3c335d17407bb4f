"""Search by a Meilisearch server, and what is asked of it."""
