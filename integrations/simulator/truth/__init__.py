"""What a right sync of a world arrives at, worked out apart from the app and in the simplest way that is
right."""
