"""Fixtures for every test."""

pytest_plugins = ["chassis.testing"]
