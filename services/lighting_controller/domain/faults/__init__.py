"""What is wrong with luminaires, from the first sign to the end, and who is told."""
