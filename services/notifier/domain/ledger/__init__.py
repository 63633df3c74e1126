"""Every decision about who is told, with its reason, and the same in words."""
