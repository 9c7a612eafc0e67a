"""The addresses of the integrations, one file for each part of the navigation."""
