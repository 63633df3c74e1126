"""Rules and decisions in words, for people who don't write rules: two languages, and what is said in them."""
