"""The tables of the notifier and the only SQL about them."""
