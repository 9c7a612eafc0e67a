"""The addresses of the contacts and of their imports."""

from django.urls import path

from contacts.views import addresses, changes, detail, imports, listing

app_name = "contacts"

urlpatterns = [
    path("", listing.contacts, name="list"),
    path("new/", changes.create, name="create"),
    path("import/", imports.upload, name="import"),
    path("imports/<int:pk>/", imports.import_page, name="import_report"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<int:pk>/columns/", imports.choose_columns, name="import_columns"),
    path("imports/<int:pk>/refused.csv", imports.refused_lines, name="import_refused"),
    path("<int:pk>/", detail.contact, name="detail"),
    path("<int:pk>/edit/", changes.edit, name="edit"),
    path("<int:pk>/delete/", changes.delete, name="delete"),
    path("<int:pk>/addresses/", addresses.change, name="addresses"),
]
