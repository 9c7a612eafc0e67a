"""A stand-in for Zoom: its REST API, OAuth pages, webhooks and recordings over real HTTP, all in memory.

It decides what Zoom would answer, and what a right sync of that must arrive at (`truth`).
It refuses to know the app that is developed against it: no model, rule or client is imported from there.
"""
