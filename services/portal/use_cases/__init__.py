"""The acts of the portal, one a file."""
