"""Decides who hears of an alert, when and how, and tells them once."""
