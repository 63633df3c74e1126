"""Who is on call: rotations, their layers, overrides and calendars of others; shifts, gaps and changes of duty."""
