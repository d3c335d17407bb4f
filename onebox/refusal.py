"""A start that cannot be, told in one line."""


class Refusal(Exception):
    """Ends the command with this line and nothing else: what is wrong, and what to do."""
