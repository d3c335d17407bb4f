"""The name server of the demo zones: every second-level name under .coop."""
