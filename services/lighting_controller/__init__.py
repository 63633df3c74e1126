"""The lighting controller: decides what each luminaire does, commands it, and checks that it did."""
