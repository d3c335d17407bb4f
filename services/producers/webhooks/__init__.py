"""Webhooks out: what a co-op's own systems are told of it, signed as Standard Webhooks says."""
