"""Every address of the app; each app lists its own."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.functional import lazy
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from integrations.views.skipped import explain
from zoomsync import health, metrics
from zoomsync.admin_site import all_data
from zoomsync.views import account, dashboard, errors, help_page, palette, profile

handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken

# Browsers ask for it on their own where no page names an icon, such as beside a file.
favicon = login_not_required(require_safe(RedirectView.as_view(url=lazy(static, str)("img/mark.svg"))))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", dashboard.dashboard, name="dashboard"),
    path("favicon.ico", favicon, name="favicon"),
    path("login/", account.Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/password/", account.ChangePassword.as_view(), name="password_change"),
    path("account/set-password/<uidb64>/<token>/", account.SetPassword.as_view(), name="set_password"),
    path("account/theme/", account.theme, name="theme"),
    path("account/profile/", profile.profile, name="profile"),
    path("search/", palette.palette, name="palette"),
    path("search/opened/", palette.opened, name="palette_opened"),
    path("help/", help_page.help_page, name="help"),
    path("contacts/", include("contacts.urls")),
    path("marketing-events/", include("marketing_events.urls")),
    path("calls/", include("marketing_events.call_urls")),
    path("automation/workflows/", include("workflows.urls")),
    path("automation/registrations/", include("workflows.registrations.urls")),
    path("settings/properties/", include("contacts.property_urls")),
    path("settings/team/", include("zoomsync.team_urls")),
    path("settings/api-tokens/", include("zoomsync.api_token_urls")),
    path("settings/callbacks/", include("zoomsync.callback_urls")),
    path("settings/security-log/", include("zoomsync.security_log_urls")),
    path("audit/", include("integrations.urls.audit")),
    path("skipped-people/", include("integrations.urls.skipped")),
    path("explain/", explain.explain_person, name="explain"),
    path("explain/contacts/<int:pk>/", explain.rules_for_contact, name="contact_rules"),
    path("", include("integrations.urls.zoom")),
    path("", include("integrations.urls.webhooks")),
    path("settings/all-data/", all_data().urls),
    path("api/v1/", include("zoomsync.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]
