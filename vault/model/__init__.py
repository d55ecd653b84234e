"""The nouns and the pure rules: no I/O, no clock, nothing third-party."""
