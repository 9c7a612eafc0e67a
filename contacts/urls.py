"""The addresses of the contacts and of their imports."""

from django.urls import path

from contacts.views import (
    addresses,
    bulk,
    bulk_changes,
    changes,
    detail,
    editing,
    filtering,
    imports,
    listing,
    merging,
)
from contacts.views.segments import building
from contacts.views.segments import detail as segment_detail
from contacts.views.segments import listing as segment_list

app_name = "contacts"

urlpatterns = [
    path("", listing.contacts, name="list"),
    path("contacts.csv", listing.download, name="download"),
    path("selected.csv", bulk.export, name="bulk_export"),
    path("count/", listing.count, name="count"),
    path("columns/", listing.columns, name="columns"),
    path("conditions/", filtering.conditions, name="conditions"),
    path("views/", filtering.save, name="view_save"),
    path("views/<int:pk>/delete/", filtering.delete, name="view_delete"),
    path("bulk/property/", bulk.set_property, name="bulk_property"),
    path("bulk/segment/", bulk.add_to_segment, name="bulk_segment"),
    path("bulk/remove/", bulk.remove_from_segment, name="bulk_remove"),
    path("bulk/delete/", bulk.delete, name="bulk_delete"),
    path("bulk/", bulk_changes.changes, name="bulk_changes"),
    path("bulk/<int:pk>/", bulk_changes.change, name="bulk_change"),
    path("bulk/<int:pk>/cancel/", bulk_changes.cancel, name="bulk_cancel"),
    path("bulk/<int:pk>/rejected.csv", bulk_changes.refused, name="bulk_refused"),
    path("new/", changes.create, name="create"),
    path("import/", imports.upload, name="import"),
    path("import/template.csv", imports.template, name="import_template"),
    path("imports/<int:pk>/", imports.import_page, name="import_report"),
    path("imports/<int:pk>/cancel/", imports.cancel, name="import_cancel"),
    path("imports/<int:pk>/columns/", imports.choose_columns, name="import_columns"),
    path("imports/<int:pk>/refused.csv", imports.refused_lines, name="import_refused"),
    path("segments/", segment_list.segments, name="segments"),
    path("segments/new/", building.new, name="segment_new"),
    path("segments/suggestions/", building.suggestions, name="segment_suggestions"),
    path("segments/<int:pk>/", segment_detail.segment, name="segment"),
    path("segments/<int:pk>/count/", segment_list.count, name="segment_count"),
    path("segments/<int:pk>/edit/", building.edit, name="segment_edit"),
    path("segments/<int:pk>/change/", segment_detail.change, name="segment_change"),
    path("segments/<int:pk>/people/", segment_detail.people, name="segment_people"),
    path("segments/<int:pk>/members.csv", segment_detail.export, name="segment_export"),
    path("<int:pk>/", detail.contact, name="detail"),
    path("<int:pk>/segments/", detail.segments, name="segments_of"),
    path("<int:pk>/properties/<str:name>/", editing.edit_property, name="edit_property"),
    path("<int:pk>/notes/", editing.write_note, name="note"),
    path("<int:pk>/notes/<int:note>/delete/", editing.remove_note, name="note_delete"),
    path("<int:pk>/edit/", changes.edit, name="edit"),
    path("<int:pk>/merge/", merging.merge, name="merge"),
    path("merges/<int:pk>/undo/", merging.undo, name="merge_undo"),
    path("<int:pk>/delete/", changes.delete, name="delete"),
    path("<int:pk>/addresses/", addresses.change, name="addresses"),
]
