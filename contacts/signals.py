"""What the apps above may want to know about contacts. Sent inside the transaction of the change."""

from django.dispatch import Signal

# Arguments: contact. Its rows are still there; what a receiver writes stands or falls with the deletion.
contact_deleting = Signal()

# Arguments: contact, emails (a set). These addresses came to the contact, left it, or became primary or
# secondary: what the rules say about people with them may be another thing now.
addresses_changed = Signal()

# Arguments: contacts (IDs). One was merged into another, or a merge was undone: what they have to do with
# events was moved between them.
contacts_regrouped = Signal()

# Arguments: segment, at (the `occurred_at` of the transitions), number (how many contacts entered).
segment_entered = Signal()
