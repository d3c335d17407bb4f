"""Tests of the stand-ins for the outside world, over real sockets and with the real clients."""
