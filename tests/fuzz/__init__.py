"""Spoilt uplinks by the thousand, through the real ways in; ``python -m tests.fuzz`` runs them."""
