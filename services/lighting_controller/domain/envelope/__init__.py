"""What may be done to the lights of a street, whatever is asked."""
