"""The services of Vigie. They talk over the bus and never import each other."""
