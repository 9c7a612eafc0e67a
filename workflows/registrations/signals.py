"""What others may want to know about registration jobs. Sent inside the transaction of the change."""

from django.dispatch import Signal

# Arguments: job. It has ended, in whatever way, and its row says how.
registration_ended = Signal()
