"""Settings > Properties."""

from django.urls import path

from contacts.views import property_settings

app_name = "properties"

urlpatterns = [
    path("", property_settings.properties, name="list"),
    path("new/", property_settings.new, name="new"),
    path("<str:name>/", property_settings.edit, name="edit"),
    path("<str:name>/count/", property_settings.count, name="count"),
    path("<str:name>/change/", property_settings.change, name="change"),
]
