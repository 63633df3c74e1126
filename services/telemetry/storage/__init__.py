"""The tables of telemetry and the only SQL about them."""
