"""The whole app on one machine, for `make run`: which processes, on which ports, with whose Zoom."""
