"""The pages of workflows: the list, the editor, and what became of the people."""
