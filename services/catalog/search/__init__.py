"""Search: one port, two engines, and what a question means."""
