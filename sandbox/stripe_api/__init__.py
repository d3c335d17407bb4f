"""Stripe's HTTP API for the calls a marketplace makes, with its rules and its errors."""
