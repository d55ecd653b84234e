"""Writing into the register, by noun."""
