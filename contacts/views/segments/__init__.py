"""The pages of the segments: list, builder, one segment with its members, and what is done with it."""
