"""The pages about registrations: each parses what was asked, decides who may, and calls one action."""
