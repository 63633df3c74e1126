"""What the pages show and how it is worded and drawn; pure."""
