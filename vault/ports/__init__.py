"""What operations may ask of the world."""
