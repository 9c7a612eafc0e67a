"""The addresses of the marketing events."""

from django.urls import path

from marketing_events.views import compare, detail, listing, of_contact, series

app_name = "events"

urlpatterns = [
    path("", listing.events, name="list"),
    path("of-contact/<int:pk>/", of_contact.participations, name="of_contact"),
    path("events.csv", listing.download, name="download"),
    path("compare/", compare.compare, name="compare"),
    path("series/<int:zoom_webinar_id>/", series.series, name="series"),
    path("series/<int:zoom_webinar_id>/people.csv", series.download, name="series_download"),
    path("<int:pk>/", detail.event, name="detail"),
    path("<int:pk>/participants.csv", detail.download, name="participants"),
]
