"""A person in every room at once: what is held of them, and what is left when they have gone."""
