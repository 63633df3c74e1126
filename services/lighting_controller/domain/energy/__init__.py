"""What the lights used, what that cost and saved, and how a night went."""
