"""The library: a vault that keeps each certificate with its PIN as one record.

It neither prints nor prompts, reads no clock and no environment: time, randomness, network and the
secrets that a person types are handed in. The program on top is :mod:`cli`.
"""
