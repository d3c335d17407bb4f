"""Shoppers who want to be told when something is back: asked for, confirmed, told once, forgotten."""
