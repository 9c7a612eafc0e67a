"""The pages of the marketing events. All of them are for reading; the sync alone writes events."""
