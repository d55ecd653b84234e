"""The text catalogue: English in the code, German here."""
