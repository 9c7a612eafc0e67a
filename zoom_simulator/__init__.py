"""A stand-in for Zoom: its REST API, OAuth pages, webhooks and recordings over real HTTP, all in memory.

Nothing of the app is imported here: no model, rule or client. `tests/oracle` works out what a correct sync of
the simulated account arrives at.
"""
