"""Profiles as TOML files: read key by key, every mistake told by line and column."""
