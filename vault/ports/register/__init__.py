"""What operations ask of the register: one file for each noun, reading and writing."""
