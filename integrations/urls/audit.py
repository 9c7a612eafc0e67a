"""The audit log of the whole account, and the history of settings."""

from django.urls import path

from integrations.views.audit import entry_list
from integrations.views.settings import history

app_name = "audit"

urlpatterns = [
    path("", entry_list.audit_list, name="list"),
    path("entries.csv", entry_list.download, name="download"),
    path("settings/", history.history, name="settings"),
]
