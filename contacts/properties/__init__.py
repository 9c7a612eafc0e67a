"""Contact properties: what kinds there are, how values are checked, and which are defined."""
