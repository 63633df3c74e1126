"""The tables of the portal."""
