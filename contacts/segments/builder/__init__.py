"""The builder's page: a draft that may be half done, its form fields, its words, and its definition."""
