"""Callbacks to programs outside: where they may go, and one POST."""
