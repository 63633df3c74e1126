"""The ways in: each turns one published payload format into claims."""
