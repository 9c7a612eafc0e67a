"""The addresses of the pages of workflows."""

from django.urls import path

from workflows.views import conditions, detail, editing, listing, occurrences, people

app_name = "workflows"

urlpatterns = [
    path("", listing.workflows, name="list"),
    path("new/", listing.new, name="new"),
    path("dates/", occurrences.occurrences, name="occurrences"),
    path("import/", listing.import_file, name="import"),
    path("<int:pk>/", detail.detail, name="detail"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/conditions/", conditions.conditions, name="conditions"),
    path("<int:pk>/change/", detail.change, name="change"),
    path("<int:pk>/history/", detail.history, name="history"),
    path("<int:pk>/versions/<int:number>/", detail.version, name="version"),
    path("<int:pk>/enrol/", detail.enrol, name="enrol"),
    path("<int:pk>/workflow.json", detail.export, name="export"),
    path("<int:pk>/people.csv", people.download, name="download"),
    path("<int:pk>/retry/", people.retry_all, name="retry_all"),
    path("<int:pk>/people/<int:enrolment>/", people.person, name="person"),
    path("<int:pk>/people/<int:enrolment>/change/", people.change_person, name="change_person"),
]
