"""Django's admin as the back door for admins: every table to read, and to delete what is safe to delete."""

import re
from collections.abc import Callable
from functools import update_wrapper
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from core.encryption import EncryptedTextField

APPS = ("zoomsync", "workflows", "integrations", "marketing_events", "contacts")
# The key of the fingerprints of deleted people, the fingerprints, and answers that are kept for a repeated
# request: nothing that anyone should read.
HIDDEN_MODELS = {"SuppressionKey", "SuppressedAddress", "StoredAnswer"}
SECRET_NAME = re.compile(r"secret|token|password|passcode|hash|digest")
# Without their failed sign-ins people who are locked out may try again. A worker writes its row again soon.
DELETABLE = {"FailedSignIn", "WorkerHeartbeat"}
SEARCHED = ("email", "name", "first_name", "last_name", "topic", "title", "event_type")
PAGES = {"index", "app_list", "jsi18n"}
COLUMNS = 7
LONGEST_COLUMN = 500  # characters

type View = Callable[..., HttpResponseBase]

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[models.Model]
else:
    ModelAdmin = admin.ModelAdmin


class BackDoor(admin.AdminSite):
    """For those whose role is admin (`User.is_staff`); everyone signs in on the app's own page."""

    site_header = _("zoomsync: all data")
    site_title = _("All data")
    index_title = _("All data, read-only")
    site_url = "/"
    final_catch_all_view = False
    enable_nav_sidebar = False

    def admin_view(self, view: View, cacheable: bool = False) -> Any:
        inner: View = super().admin_view(view, cacheable)

        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(checked, inner)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without pages that the app has itself (sign-in, passwords) or that only forms need."""
        urls = [url for url in super().get_urls() if isinstance(url, URLResolver) or url.name in PAGES]
        for url in urls:
            if isinstance(url, URLPattern):
                vars(url.callback).pop("login_url", None)  # strangers sign in where they always do
        return urls


class ReadOnlyAdmin(ModelAdmin):
    ordering = ("-pk",)
    list_per_page = 50
    show_full_result_count = False

    @property
    def is_deletable(self) -> bool:
        return self.model.__name__ in DELETABLE

    def get_fields(self, _request: HttpRequest, _object: models.Model | None = None) -> list[Any]:
        return [field.name for field in self._shown()]

    def get_readonly_fields(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return self.get_fields(request, obj)

    def get_list_display(self, _request: HttpRequest) -> list[Any]:
        return [field.name for field in self._columns()][:COLUMNS]

    def get_list_filter(self, _request: HttpRequest) -> list[Any]:
        return [field.name for field in self._columns() if field.choices]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return [f"{name}__istartswith" for name in self.get_fields(request) if name in SEARCHED]

    def _shown(self) -> "list[models.Field[Any, Any]]":
        return [field for field in self.model._meta.concrete_fields if not is_secret(field)]

    def _columns(self) -> "list[models.Field[Any, Any]]":
        return [field for field in self._shown() if _fits_column(field)]

    def get_urls(self) -> list[URLPattern]:
        """Without the pages of what may not be done here."""
        allowed = ("_changelist", "_change", "_history", *(["_delete"] if self.is_deletable else []))
        return [url for url in super().get_urls() if url.name and url.name.endswith(allowed)]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, _object: models.Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    def has_add_permission(self, _request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, _request: HttpRequest, _object: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, _object: models.Model | None = None) -> bool:
        return self.is_deletable and self.admin_site.has_permission(request)


def is_secret(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, EncryptedTextField | models.BinaryField) or bool(SECRET_NAME.search(field.name))


def _fits_column(field: "models.Field[Any, Any]") -> bool:
    """What fits a table, and costs no query for each row."""
    is_long = isinstance(field, models.TextField | models.JSONField)
    return not (is_long or field.is_relation or (field.max_length or 0) > LONGEST_COLUMN)


def all_data() -> BackDoor:
    """The site with every table of the app that may be shown."""
    site = BackDoor(name="admin")
    for label in APPS:
        for model in apps.get_app_config(label).get_models() if apps.is_installed(label) else ():
            if model.__name__ not in HIDDEN_MODELS:
                site.register(model, ReadOnlyAdmin)
    return site
