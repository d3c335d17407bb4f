"""The phone of everybody in the demo: an authenticator app that shows its codes to whoever sits at this machine."""
