"""What the rules engine decides, and nothing it touches: rules, conditions, and the one step that advances an alert."""
