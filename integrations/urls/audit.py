"""The audit log of the whole account, and the history of settings."""

from django.urls import path

from integrations.views.audit import acknowledge, entry_list
from integrations.views.settings import history

app_name = "audit"

urlpatterns = [
    path("", entry_list.audit_list, name="list"),
    path("entries.csv", entry_list.download, name="download"),
    path("<int:pk>/acknowledge/", acknowledge.acknowledge_warning, name="acknowledge"),
    path("<int:pk>/unacknowledge/", acknowledge.unacknowledge_warning, name="unacknowledge"),
    path("settings/", history.history, name="settings"),
]
