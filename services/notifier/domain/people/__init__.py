"""The people who can be told: their teams, ways and wishes, and how long they are remembered."""
