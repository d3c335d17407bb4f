"""The producers' room, tried over HTTP, real sockets and a real database."""
