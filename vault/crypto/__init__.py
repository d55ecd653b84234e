"""Thin over ``cryptography``: key derivation, sealing, hashing, no formats."""
