"""The outside world in a box: a stateful Stripe, a name server, a registry and a mail folder, in its own process."""
