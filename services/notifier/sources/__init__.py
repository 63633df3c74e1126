"""Where duty is read from: the folder of rules, and calendars that others keep."""
