"""Settings > Security log."""

from django.urls import path

from zoomsync.views import security_log

app_name = "security_log"

urlpatterns = [
    path("", security_log.events, name="list"),
    path("security-log.csv", security_log.download, name="download"),
]
