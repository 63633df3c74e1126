"""Who is hushed, when and why: silences, plans, and the matchers that say of what."""
