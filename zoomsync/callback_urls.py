"""Settings > Callback deliveries."""

from django.urls import path

from zoomsync.views import callbacks

app_name = "callbacks"

urlpatterns = [
    path("", callbacks.deliveries, name="list"),
    path("<int:pk>/send-again/", callbacks.send_again, name="send_again"),
]
