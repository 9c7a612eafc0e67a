"""The words for why a callback could not be sent."""

from django.utils.translation import gettext_lazy as _

from core.messages import define

define(
    {
        "callback.inside_network": _("The address leads inside the network."),
        "callback.no_answer_in_time": _("No answer in time."),
        "callback.connection_failed": _("The connection failed."),
        "callback.address_too_long": _("The address is longer than %(count)s characters."),
        "callback.bad_address": _("This is not an address that can be called."),
        "callback.not_https": _("The address must begin with https://."),
    }
)
