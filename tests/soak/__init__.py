"""The long tests, for ``make soak``."""
