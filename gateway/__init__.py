"""The front door: who is asking, whether they may come in, and which room their request goes to."""
