"""The pages of the contacts: each parses what was asked, decides who may, and calls one action."""
