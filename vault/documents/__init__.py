"""Documents for people outside: what they are made of, and how they become a PDF."""
