"""What we claim about speed, and the commands that show it."""
