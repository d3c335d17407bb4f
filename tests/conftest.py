"""Fixtures for every test."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["chassis.testing", "tests.engines", "tests.kafka_broker", "tests.chassis.buses"]

# How long an example takes says something about the machine, and nothing about the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
