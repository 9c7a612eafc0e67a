"""The contacts in the API: their schemas and their operations."""
