"""Syncs from the queue to their end: what is due, who does it, and what happens when it breaks (D12, D13).

Knows how a sync is run, and none of Zoom's words: those are in `integrations.zoom`.
"""
