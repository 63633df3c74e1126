"""What the lighting controller remembers; the only SQL of the service."""
