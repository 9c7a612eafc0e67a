"""Where Zoom sends its messages. The address is entered in Zoom, so it never changes."""

from django.urls import path

from integrations.views.webhooks.endpoint import zoom_webhook

app_name = "webhooks"

urlpatterns = [path("webhooks/zoom/", zoom_webhook, name="zoom")]
