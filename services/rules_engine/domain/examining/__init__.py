"""What checks have in common: how they look at a condition, a rule, and the city that it is written for."""
