"""/api/v1/: the operations, their description and its page."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path

from core.web import accepts_bytes
from zoomsync.api.root import the_api
from zoomsync.views.api_docs import docs

operations, _app, _namespace = the_api().urls
for pattern in operations:
    if isinstance(pattern, URLPattern):
        # A token signs them in, before the body is read. The description is for everyone.
        accepts_bytes(settings.DATA_UPLOAD_MAX_MEMORY_SIZE, from_anyone=True)(
            login_not_required(pattern.callback)
        )

app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [path("docs", docs, name="docs"), *operations]
