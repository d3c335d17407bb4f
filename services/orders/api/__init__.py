"""The public API of orders: parse, one call, answer."""
