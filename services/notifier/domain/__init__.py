"""What the notifier decides: groups, recipients, texts, deliveries. Pure."""
