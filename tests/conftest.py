"""Fixtures for every test."""

pytest_plugins = ["chassis.testing", "tests.engines", "tests.kafka_broker", "tests.chassis.buses"]
