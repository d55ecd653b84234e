"""One command a file: parse, open, one operation, render."""
