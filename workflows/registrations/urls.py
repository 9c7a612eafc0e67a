"""The addresses of the pages about registrations."""

from django.urls import path

from workflows.registrations.views import add, batches, job_list, related

app_name = "registrations"

urlpatterns = [
    path("", job_list.registrations, name="list"),
    path("registrations.csv", job_list.download, name="download"),
    path("add/", add.add, name="add"),
    path("progress/", add.progress, name="progress"),
    path("<int:pk>/", job_list.act, name="act"),
    path("batches/", batches.batches, name="batches"),
    path("batches/<int:pk>/cancel/", batches.cancel_waiting, name="cancel_batch"),
    path("contacts/<int:pk>/", related.of_contact, name="of_contact"),
    path("contacts/<int:pk>/remove/<int:zoom_webinar_id>/", related.remove, name="remove"),
    path("events/<int:pk>/", related.of_event, name="of_event"),
]
