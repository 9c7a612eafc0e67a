"""The triggers of workflows: a file for each subject, which registers its own."""

from workflows.triggers import contacts, events, recordings, segments

__all__ = ["contacts", "events", "recordings", "segments"]
