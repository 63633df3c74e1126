"""Answers why an alert fires, and why another doesn't."""
