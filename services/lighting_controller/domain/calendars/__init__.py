"""How bright each group is by its calendar, night by night, and within which law."""
