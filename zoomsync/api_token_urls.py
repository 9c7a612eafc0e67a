"""Settings > API tokens."""

from django.urls import path

from zoomsync.views import api_tokens

app_name = "api_tokens"

urlpatterns = [
    path("", api_tokens.tokens, name="list"),
    path("create/", api_tokens.create, name="create"),
    path("<int:pk>/revoke/", api_tokens.revoke, name="revoke"),
]
