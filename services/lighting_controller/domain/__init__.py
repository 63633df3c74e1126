"""What the lighting controller decides; pure: no clock, no database, no network."""
