"""Asking the register by SQL: one file for each noun."""
