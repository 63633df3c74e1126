"""What an order would do, told before it is given."""
