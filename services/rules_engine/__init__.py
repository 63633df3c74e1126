"""Decides when rules fire and tells the others."""
