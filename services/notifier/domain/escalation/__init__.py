"""Who else is told when nobody takes an incident up, and what people answer."""
