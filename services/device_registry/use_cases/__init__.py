"""What is done with the registry, one act a file."""
