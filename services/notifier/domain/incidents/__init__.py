"""Alerts that belong together: what an incident is, what it holds, and what becomes of it."""
