"""What is done with luminaires, one act a file."""
