"""The words for how a callback was answered."""

from django.utils.translation import gettext_lazy as _

from core.messages import define

define({"callback.answered": _("The receiver answered %(status)s.")})
