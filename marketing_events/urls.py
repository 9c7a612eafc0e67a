"""The addresses of the marketing events."""

from django.urls import path

from marketing_events.views import detail, listing

app_name = "events"

urlpatterns = [
    path("", listing.events, name="list"),
    path("<int:pk>/", detail.event, name="detail"),
]
