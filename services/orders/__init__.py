"""Orders: baskets, orders, consignments and delivery prices."""
