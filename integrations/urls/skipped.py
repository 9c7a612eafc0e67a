"""The skipped people, and what can be done about them."""

from django.urls import path

from integrations.views.audit import resolve
from integrations.views.skipped import difference, views

app_name = "skipped"

urlpatterns = [
    path("", views.skipped_people, name="list"),
    path("people.csv", views.download, name="download"),
    path("of-event/<int:pk>/", difference.difference, name="difference"),
    path("make-primary/", resolve.make_primary, name="make_primary"),
    path("create/", resolve.create, name="create"),
]
