"""Callbacks: who wants to hear of what, what was sent to them, and how often it was tried."""
