"""Fixtures that several areas share."""

pytest_plugins = ["tests.stand_in.fixtures"]
