"""What the registry decides: whether an inventory holds together, where its points lie, what changed in it."""
