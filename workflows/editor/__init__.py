"""The editor's page: edits of a draft, the form of a step, and the path as it is drawn."""
