"""How luminaires are brought to what is wanted: commands, reports, waiting, and what they keep by themselves."""
