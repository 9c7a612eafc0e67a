"""Who may do what at which address (D1): the whole app in one table.

An address that is not in the table fails the tests, and so does a line for an address that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from core.roles import Role

ADMINS = frozenset({Role.ADMIN})
EDITORS = frozenset({Role.ADMIN, Role.MARKETER})
SYNCERS = frozenset({Role.ADMIN, Role.OPERATOR})
MEMBERS = frozenset(Role)  # whoever is signed in
NOBODY: frozenset[Role] = frozenset()  # the method does not exist there


@dataclass(frozen=True)
class Access:
    """Who may read (GET) and who may change something (POST) at an address.

    `path` are its variable parts, as they are or ("$event") as named in the world of `test_permissions`;
    `form` is sent with a POST. `is_public`: also people who are not signed in. `answers`: what it may answer
    beside a success, because it looks at something else than who asks.
    """

    get: frozenset[Role] = NOBODY
    post: frozenset[Role] = NOBODY
    path: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    is_public: bool = False
    answers: frozenset[int] = frozenset()

    def allows(self, method: str, role: Role | None) -> bool:
        if role is None:
            return self.is_public and bool(self.whom(method))
        return role in self.whom(method)

    def whom(self, method: str) -> frozenset[Role]:
        return {"get": self.get, "head": self.get, "post": self.post}.get(method, NOBODY)


def read(**path: str) -> Access:
    return Access(get=MEMBERS, path=path)


def admin_reads(**path: str) -> Access:
    return Access(get=ADMINS, path=path)


def admin_posts(form: Mapping[str, str] | None = None, **path: str) -> Access:
    return Access(post=ADMINS, path=path, form=form or {})


def admin_fills_in(form: Mapping[str, str] | None = None, **path: str) -> Access:
    """A page with a form that is sent to the same address."""
    return Access(get=ADMINS, post=ADMINS, path=path, form=form or {})


def editor_posts(form: Mapping[str, str], **path: str) -> Access:
    return Access(post=EDITORS, path=path, form=form)


def editor_reads(**path: str) -> Access:
    return Access(get=EDITORS, path=path)


def editor_fills_in(form: Mapping[str, str] | None = None, **path: str) -> Access:
    return Access(get=EDITORS, post=EDITORS, path=path, form=form or {})


def syncer_posts(**path: str) -> Access:
    return Access(post=SYNCERS, path=path)


def public(get: frozenset[Role] = NOBODY, post: frozenset[Role] = NOBODY, **path: str) -> Access:
    return Access(get=get, post=post, path=path, is_public=True)


YES = {"confirmed": "yes"}
BRAND = {"slug": "$brand"}
WEBINAR = {"slug": "$brand", "zoom_webinar_id": "$webinar"}

TABLE: dict[str, list[Access]] = {
    # The frame, and signing in
    "dashboard": [read()],
    "login": [replace(public(MEMBERS, MEMBERS), answers=frozenset({302}))],  # who is in needs no page
    "logout": [Access(post=MEMBERS)],
    "theme": [public(post=MEMBERS)],
    "profile": [Access(get=MEMBERS, post=MEMBERS, form={"clock": "24", "first_weekday": "0"})],
    "palette": [read()],
    "palette_opened": [Access(post=MEMBERS)],
    "help": [read()],
    "password_change": [Access(get=MEMBERS, post=MEMBERS)],
    "set_password": [replace(public(MEMBERS, MEMBERS, uidb64="x", token="x"), answers=frozenset({200}))],
    "favicon": [public(MEMBERS)],
    "healthz": [public(MEMBERS)],
    "readyz": [replace(public(MEMBERS), answers=frozenset({503}))],  # no worker runs here
    "metrics": [public(MEMBERS)],
    "webhooks:zoom": [replace(public(post=MEMBERS), answers=frozenset({401, 403}))],  # the signature decides
    # The team
    "team:list": [read()],
    "team:add": [admin_fills_in({"email": "new@acme.test", "role": "marketer"})],
    "team:role": [admin_posts({"role": "admin"}, pk="$colleague")],
    "team:active": [admin_posts({"active": "off"}, pk="$colleague")],
    "team:link": [admin_posts(pk="$colleague")],
    "security_log:list": [admin_reads()],
    "security_log:download": [admin_reads()],
    "api_tokens:list": [admin_reads()],
    "api_tokens:create": [admin_fills_in({"name": "n8n", "role": "marketer", "days": ""})],
    "api_tokens:revoke": [admin_fills_in(pk="$token")],
    "callbacks:list": [admin_reads()],
    "callbacks:send_again": [admin_posts(pk="$delivery")],
    # Properties of contacts
    "properties:list": [read()],
    "properties:new": [admin_fills_in({"label": "Shoe size", "kind": "number"})],
    "properties:edit": [admin_fills_in({"label": "Town", "kind": "text"}, name="$property")],
    "properties:count": [read(name="$property")],
    "properties:change": [admin_posts({"do": "archive"}, name="$property")],
    # Contacts, events, calls
    "contacts:list": [read()],
    "contacts:detail": [read(pk="$contact")],
    "contacts:download": [read()],
    "contacts:bulk_export": [replace(read(), answers=frozenset({302}))],  # nothing is ticked
    "contacts:columns": [read()],
    "contacts:count": [read()],
    "contacts:conditions": [Access(get=MEMBERS, post=MEMBERS)],
    "contacts:view_save": [Access(post=MEMBERS, form={"name": "Mine", "query": "q=a"})],
    "contacts:view_delete": [Access(post=MEMBERS, path={"pk": "1"}, answers=frozenset({404}))],
    "contacts:bulk_property": [editor_fills_in()],
    "contacts:bulk_segment": [editor_fills_in()],
    "contacts:bulk_delete": [admin_fills_in()],
    "contacts:bulk_remove": [replace(editor_fills_in(), answers=frozenset({404}))],
    "contacts:bulk_changes": [editor_reads()],
    "contacts:bulk_change": [editor_reads(pk="$bulk_change")],
    "contacts:bulk_cancel": [editor_posts({}, pk="$bulk_change")],
    "contacts:bulk_refused": [editor_reads(pk="$bulk_change")],
    "contacts:create": [editor_fills_in({"email": "new@else.test"})],
    "contacts:edit": [editor_fills_in({"first_name": "New"}, pk="$contact")],
    "contacts:delete": [admin_fills_in(pk="$contact")],
    "contacts:merge": [editor_fills_in(pk="$contact")],
    "contacts:merge_undo": [editor_posts({}, pk="1")],
    "contacts:segments_of": [read(pk="$contact")],
    "contacts:edit_property": [editor_fills_in({"value": "Bonn"}, pk="$contact", name="$property")],
    "contacts:note": [editor_posts({"text": "Called her."}, pk="$contact")],
    "contacts:note_delete": [editor_posts({}, pk="$contact", note="1")],
    "events:of_contact": [read(pk="$contact")],
    "contacts:addresses": [editor_posts({"do": "add", "email": "more@else.test"}, pk="$contact")],
    "contacts:import": [editor_fills_in()],
    "contacts:import_template": [editor_reads()],
    "contacts:import_report": [editor_reads(pk="$import")],
    "contacts:import_cancel": [editor_posts({}, pk="$import")],
    "contacts:import_columns": [editor_posts({"email": "0"}, pk="$import")],
    "contacts:import_refused": [editor_reads(pk="$import")],
    "contacts:segments": [read()],
    "contacts:segment": [read(pk="$segment")],
    "contacts:segment_count": [read(pk="$segment")],
    "contacts:segment_export": [read(pk="$segment")],
    "contacts:segment_new": [editor_fills_in({"do": "save", "name": "All"})],
    "contacts:segment_edit": [editor_fills_in({"do": "save", "name": "New"}, pk="$segment")],
    "contacts:segment_suggestions": [editor_reads()],
    "contacts:segment_change": [editor_posts({"do": "archive"}, pk="$segment")],
    "contacts:segment_people": [editor_posts({"emails": "ann@first.test"}, pk="$segment")],
    "events:list": [read()],
    "events:detail": [read(pk="$event")],
    "events:participants": [read(pk="$event")],
    "events:download": [read()],
    "events:compare": [read()],
    "events:series": [read(zoom_webinar_id="$webinar")],
    "events:series_download": [read(zoom_webinar_id="$webinar")],
    "calls:list": [read()],
    "calls:detail": [read(pk="$call")],
    "calls:text": [read(pk="$call")],
    "calls:vtt": [read(pk="$call")],
    # Workflows: marketers make them (D24), everyone sees what they do
    "workflows:list": [read()],
    "workflows:new": [editor_fills_in({"name": "Welcome"})],
    "workflows:import": [editor_posts({})],
    "workflows:occurrences": [Access(get=EDITORS)],
    "workflows:detail": [read(pk="$workflow")],
    "workflows:edit": [
        replace(editor_fills_in({"do": "undo", "revision": "2"}, pk="$workflow"), answers=frozenset({302}))
    ],
    "workflows:conditions": [
        replace(editor_fills_in(pk="$workflow"), answers=frozenset({404}))  # it asks of what
    ],
    "workflows:change": [editor_posts({"do": "pause"}, pk="$workflow")],
    "workflows:enrol": [editor_posts({"emails": "ann@first.test"}, pk="$workflow")],
    "workflows:export": [read(pk="$workflow")],
    "workflows:download": [read(pk="$workflow")],
    "workflows:retry_all": [editor_posts({}, pk="$workflow")],
    "workflows:history": [read(pk="$workflow")],
    "workflows:version": [read(pk="$workflow", number="1")],
    "workflows:person": [read(pk="$workflow", enrolment="$enrolment")],
    "workflows:change_person": [editor_posts({"do": "remove"}, pk="$workflow", enrolment="$enrolment")],
    # Registrations: marketers and operators register contacts (D24)
    "registrations:list": [read()],
    "registrations:download": [read()],
    "registrations:progress": [read()],
    "registrations:of_contact": [read(pk="$contact")],
    "registrations:of_event": [read(pk="$event")],
    "registrations:add": [
        Access(get=MEMBERS, post=MEMBERS, form={"webinar": "93112345678"}, answers=frozenset({422}))
    ],
    "registrations:act": [Access(post=MEMBERS, form={"do": "cancel"}, path={"pk": "$registration"})],
    "registrations:batches": [read()],
    "registrations:cancel_batch": [Access(post=MEMBERS, path={"pk": "$batch"})],
    "registrations:remove": [
        Access(
            get=MEMBERS,
            post=MEMBERS,
            form={"how": "cancel"},
            path={"pk": "$contact", "zoom_webinar_id": "93112345678"},
        )
    ],
    # The audit log, and the skipped people
    "audit:list": [read()],
    "audit:download": [read()],
    "audit:settings": [read()],
    "audit:acknowledge": [editor_posts({"note": "x"}, pk="$entry")],
    "audit:unacknowledge": [editor_posts({}, pk="$entry")],
    "skipped:list": [read()],
    "skipped:difference": [read(pk="$event")],
    "skipped:download": [read()],
    "skipped:make_primary": [editor_posts({"email": "ann@second.test", **YES})],
    "skipped:create": [editor_posts({"email": "new@else.test", **YES})],
    "explain": [read()],
    "contact_rules": [read(pk="$contact")],
    # Settings, Zoom, its connections
    "zoom:apps": [read()],
    "zoom:connect": [admin_reads()],
    "zoom:add_brand": [admin_posts({"name": "Another"})],
    "zoom:callback": [admin_reads()],
    "zoom:authorize": [admin_posts(**BRAND)],
    "zoom:credentials": [admin_fills_in(**BRAND)],
    "zoom:make_primary": [admin_fills_in(**BRAND)],
    "zoom:rename_brand": [admin_fills_in({"name": "Acme Garden"}, **BRAND)],
    "zoom:remove_brand": [admin_fills_in(**BRAND)],
    "zoom:disconnect": [admin_fills_in(**BRAND)],
    "zoom:webhook_secret": [admin_fills_in(**BRAND)],
    # Settings, Zoom, its webinars
    "zoom:webinars": [read()],
    "zoom:home": [read(**BRAND)],
    "zoom:live": [read(**BRAND)],
    "zoom:list_now": [syncer_posts(**BRAND)],
    "zoom:audit": [read(**WEBINAR)],
    "zoom:audit_do": [
        syncer_posts(**WEBINAR, action="sync_now"),
        admin_posts(**WEBINAR, action="switch_on_webinar"),
        admin_posts(**WEBINAR, action="switch_on_webinar_recordings"),
        admin_posts(YES, **WEBINAR, action="switch_on_global"),
        admin_posts(YES, **WEBINAR, action="switch_on_creation"),
        admin_posts(YES, **WEBINAR, action="switch_on_user_recordings"),
    ],
    "zoom:webinar_switch": [admin_posts({"sync": "off"}, **WEBINAR)],
    "zoom:sync_now": [syncer_posts(**WEBINAR)],
    "zoom:run": [read(pk="$run")],
    "zoom:run_rows": [read(pk="$run", kind="contacts"), read(pk="$run", kind="skipped")],
    # Settings, Zoom, its switches
    "zoom:settings": [read(**BRAND)],
    "zoom:settings_switch": [
        admin_posts({"sync_webinars": "off"}, **BRAND),
        admin_posts({"sync_webinars": "off", **YES}, **BRAND),
    ],
    "zoom:known_domains": [admin_reads(**BRAND, kind="contact")],
    "zoom:exclusions": [read(**BRAND, kind="contact")],
    "zoom:exclude": [
        admin_posts({"domains": "else.test"}, **BRAND, kind="contact"),
        admin_posts({"domains": "else.test", **YES}, **BRAND, kind="host"),
    ],
    "zoom:include": [admin_posts({"domain": "rival.test", **YES}, **BRAND, kind="contact")],
    "zoom:users": [read(**BRAND)],
    "zoom:users_change": [admin_posts({"sync_recordings": "on"}, **BRAND)],
    "zoom:user": [read(**BRAND, pk="$host")],
    "zoom:user_change": [admin_posts({"sync_recordings": "on"}, **BRAND, pk="$host")],
    "zoom:user_webinars": [read(**BRAND, pk="$host")],
    "zoom:undo": [admin_posts({"changes": "1"}, **BRAND)],
}
