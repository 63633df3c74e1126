"""What feeds luminaires and what reaches them: cabinets and gateways."""
