"""Where calendars, limits, cabinets and models are read from: the folder of rules."""
