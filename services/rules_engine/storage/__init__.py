"""The tables of the rules engine and the only SQL about them."""
