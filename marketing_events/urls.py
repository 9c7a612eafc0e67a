"""The addresses of the marketing events."""

from django.urls import path

from marketing_events.views import detail, listing, of_contact

app_name = "events"

urlpatterns = [
    path("", listing.events, name="list"),
    path("of-contact/<int:pk>/", of_contact.participations, name="of_contact"),
    path("<int:pk>/", detail.event, name="detail"),
]
