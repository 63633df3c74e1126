"""What people and rules ask of the lights beside the calendars, and how long that holds."""
