"""Where brands are connected with Zoom: part of the addresses in `zoom.py`, which come after these.

"callback" and "brands" look like a brand's address, so no brand has it (`brands.RESERVED_SLUGS`).
"""

from django.urls import path

from integrations.views import connect, oauth

CONNECT = "settings/integrations/connected-apps/zoom/"
BRAND = f"{CONNECT}<slug:brand>/"

urlpatterns = [
    path(CONNECT, connect.page, name="connect"),
    path(f"{CONNECT}brands/", connect.add, name="add_brand"),
    path(f"{CONNECT}callback/", oauth.callback, name="callback"),
    path(f"{BRAND}authorize/", oauth.authorize, name="authorize"),
    path(f"{BRAND}credentials/", connect.credentials, name="credentials"),
    path(f"{BRAND}make-primary/", connect.choose_primary, name="make_primary"),
    path(f"{BRAND}disconnect/", connect.end, name="disconnect"),
]
