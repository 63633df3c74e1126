"""The tests that authors write into their rules: read, played by the rules' own step, compared, and shown."""
