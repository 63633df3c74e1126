"""What the notifier does, one act a file."""
