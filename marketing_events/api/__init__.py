"""Marketing events, participations and calls in the API: their schemas and their operations."""
