"""Settings > Integrations > Connected apps > Zoom (R8), and what is reached from there."""

from django.urls import path

from integrations.urls import connecting
from integrations.views.audit import actions, changes
from integrations.views.audit import panel as audit_panel
from integrations.views.connect import connected_apps
from integrations.views.settings import exclusions, global_settings, undo
from integrations.views.users import panel as user_panel
from integrations.views.users import views as users
from integrations.views.webinars import home, live, runs
from integrations.views.webinars import views as webinars

app_name = "zoom"

APPS = "settings/integrations/connected-apps/"
BRAND = f"{APPS}zoom/<slug:slug>/"
WEBINAR = f"{BRAND}webinars/<int:zoom_webinar_id>/"

urlpatterns = [
    *connecting.urlpatterns,
    path(APPS, connected_apps.connected_apps, name="apps"),
    path("webinars/", connected_apps.webinars, name="webinars"),
    path(BRAND, home.home, name="home"),
    path(f"{BRAND}live/", live.live, name="live"),
    path(f"{BRAND}list-now/", webinars.list_now, name="list_now"),
    path(f"{BRAND}global-settings/", global_settings.page, name="settings"),
    path(f"{BRAND}global-settings/switch/", global_settings.switch, name="settings_switch"),
    path(f"{BRAND}exclusions/<slug:kind>/", exclusions.choose, name="known_domains"),
    path(f"{BRAND}exclusions/<slug:kind>/all/", exclusions.listed, name="exclusions"),
    path(f"{BRAND}exclusions/<slug:kind>/add/", exclusions.add, name="exclude"),
    path(f"{BRAND}exclusions/<slug:kind>/remove/", exclusions.remove, name="include"),
    path(f"{BRAND}users/", users.page, name="users"),
    path(f"{BRAND}users/change/", users.change, name="users_change"),
    path(f"{BRAND}users/<int:pk>/", user_panel.panel, name="user"),
    path(f"{BRAND}users/<int:pk>/change/", user_panel.change, name="user_change"),
    path(f"{BRAND}users/<int:pk>/webinars/", user_panel.webinars, name="user_webinars"),
    path(f"{BRAND}undo/", undo.undo_changes, name="undo"),
    path(WEBINAR, audit_panel.audit_panel, name="audit"),
    path(f"{WEBINAR}do/<slug:action>/", actions.act, name="audit_do"),
    path(f"{WEBINAR}switch/", webinars.switch, name="webinar_switch"),
    path(f"{WEBINAR}sync-now/", webinars.sync_now, name="sync_now"),
    path("runs/<int:pk>/", runs.run_page, name="run"),
    path("runs/<int:pk>/<slug:kind>/", changes.run_rows, name="run_rows"),
]
