"""The acts of telemetry, one a file: each loads, decides, saves and publishes in one transaction."""
