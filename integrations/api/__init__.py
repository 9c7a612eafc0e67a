"""Webinars, runs, skipped people and the audit log in the API: their schemas and their operations."""
