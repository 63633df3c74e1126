"""The acts of the rules engine, one a file."""
