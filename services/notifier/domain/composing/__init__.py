"""What people are told: the notices, their facts and their words."""
