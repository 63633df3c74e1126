"""What telemetry decides, without I/O: decoding, judging, comparing."""
