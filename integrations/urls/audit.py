"""The audit log of the whole account, and the history of settings."""

from django.urls import path

from integrations.views import audit_list, settings_history

app_name = "audit"

urlpatterns = [
    path("", audit_list.audit_list, name="list"),
    path("entries.csv", audit_list.download, name="download"),
    path("settings/", settings_history.history, name="settings"),
]
