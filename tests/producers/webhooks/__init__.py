"""Webhooks: the desk, its receiver, and what travels between them."""
