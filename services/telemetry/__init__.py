"""Telemetry: takes what sensors send, decodes and judges it, stores it and tells the rules engine."""
