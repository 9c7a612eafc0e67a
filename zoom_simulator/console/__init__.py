"""The simulator's own pages, for a person who wants to make things happen."""
