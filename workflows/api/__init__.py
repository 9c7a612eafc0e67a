"""Registrations in the API: their schemas and their operations."""
