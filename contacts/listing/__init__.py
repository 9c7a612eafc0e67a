"""The list of contacts: which contacts, which columns, in which order, from what its address says."""
