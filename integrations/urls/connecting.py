"""Where brands are connected with Zoom: part of the addresses in `zoom.py`, which come after these.

"callback" and "brands" look like a brand's address, so no brand has it (`brands.RESERVED_SLUGS`).
"""

from django.urls import path

from integrations.views.connect import oauth, views, webhook_secret

CONNECT = "settings/integrations/connected-apps/zoom/"
BRAND = f"{CONNECT}<slug:slug>/"

urlpatterns = [
    path(CONNECT, views.page, name="connect"),
    path(f"{CONNECT}brands/", views.add, name="add_brand"),
    path(f"{CONNECT}callback/", oauth.callback, name="callback"),
    path(f"{BRAND}authorize/", oauth.authorize, name="authorize"),
    path(f"{BRAND}credentials/", views.credentials, name="credentials"),
    path(f"{BRAND}webhook-secret/", webhook_secret.page, name="webhook_secret"),
    path(f"{BRAND}make-primary/", views.choose_primary, name="make_primary"),
    path(f"{BRAND}rename/", views.rename, name="rename_brand"),
    path(f"{BRAND}remove/", views.remove, name="remove_brand"),
    path(f"{BRAND}disconnect/", views.end, name="disconnect"),
]
