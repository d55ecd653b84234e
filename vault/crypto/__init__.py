"""Thin over ``cryptography`` and ``hmac``: key derivation, sealing, no formats."""
