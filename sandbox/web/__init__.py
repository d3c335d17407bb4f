"""The web servers of the demo names: one that answers for all of them, over HTTPS."""
