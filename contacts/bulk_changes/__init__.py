"""Changes of many contacts at once: a job that goes on by itself, each contact once, with its result."""
