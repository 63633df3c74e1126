"""What the platform achieves, measured on real servers beside a reference in the same run: ``make bench NAME=...``."""
