"""The skipped people, and what can be done about them."""

from django.urls import path

from integrations.views import remedies, skipped

app_name = "skipped"

urlpatterns = [
    path("", skipped.skipped_people, name="list"),
    path("people.csv", skipped.download, name="download"),
    path("make-primary/", remedies.make_primary, name="make_primary"),
    path("create/", remedies.create, name="create"),
]
