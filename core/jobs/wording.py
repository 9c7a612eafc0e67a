"""The words for how a job ended that could not say so itself."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.messages import define

define(
    {
        "job.internal_error": _("Something went wrong in this app."),
        "job.worker_lost": ngettext_lazy(
            "Its worker was lost %(count)s time.", "Its worker was lost %(count)s times in a row.", "count"
        ),
        "job.connection_lost": _("The database connection was lost (%(error)s)."),
    }
)
