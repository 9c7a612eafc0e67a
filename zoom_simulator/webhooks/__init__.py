"""Webhooks: what the bodies look like (`bodies`), and how they reach the app or do not (`delivery`)."""

from zoom_simulator.webhooks.delivery import Delivery, Webhooks

__all__ = ["Delivery", "Webhooks"]
