"""Registrations and workflows in the API: their schemas and their operations."""
