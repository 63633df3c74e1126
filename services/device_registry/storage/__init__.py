"""The registry's tables, and what is read from and written to them."""
