"""What others may want to know about registration jobs. Sent inside the transaction of the change."""

from django.dispatch import Signal

# Arguments: jobs, with their contacts. They have ended, in whatever way, and their rows say how.
registrations_ended = Signal()
