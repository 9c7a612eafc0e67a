"""Users of the account, and the webinars of a user."""

from datetime import UTC
from typing import Any

from zoom_simulator import errors
from zoom_simulator.account import SimulatedAccount
from zoom_simulator.account.rows import User, Webinar
from zoom_simulator.api.endpoint import Call, Endpoints
from zoom_simulator.clock import iso

endpoints = Endpoints()


@endpoints.add("GET", "/users", "MEDIUM", "user:read:list_users:admin", "user:read:admin")
def list_users(call: Call) -> dict[str, Any]:
    status = call.word("status", ("active", "inactive", "pending"))

    def rows() -> list[User]:
        return [user for user in call.account.users.values() if user.status == status]

    return call.pages.page(call.request, call.path, "users", rows, _short, most=2000)


@endpoints.add("GET", "/users/<user_id>", "LIGHT", "user:read:user:admin", "user:read:admin")
def get_user(call: Call) -> dict[str, Any]:
    user = call.user()
    return _short(user) | {
        "account_id": call.account.account_id,
        "account_number": 10009239,
        "role_name": user.role_name,
        "language": "en-US",
        "cluster": "us04",
    }


@endpoints.add(
    "GET", "/users/<user_id>/webinars", "MEDIUM", "webinar:read:list_webinars:admin", "webinar:read:admin"
)
def list_webinars(call: Call) -> dict[str, Any]:
    account = call.account
    host = call.user()
    if not host.webinar_plan:
        raise errors.plan_missing()
    upcoming = call.word("type", ("scheduled", "upcoming")) == "upcoming"
    events = call.flag("include_events_webinar", default=True)

    def rows() -> list[Webinar]:
        return [
            webinar
            for webinar in account.webinars.values()
            if webinar.host_id == host.id
            and not account.is_gone(webinar)
            and (events or not webinar.is_events_webinar)
            and not (upcoming and _is_over(call, webinar))
        ]

    return call.pages.page(call.request, call.path, "webinars", rows, lambda row: _listed(account, row))


def _is_over(call: Call, webinar: Webinar) -> bool:
    end = webinar.scheduled_end
    return webinar.live is None and end is not None and end < call.account.clock.now()


def _short(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "type": user.type,
        "status": user.status,
        "timezone": user.timezone,
        "role_id": "0" if user.role_name == "Owner" else "2",
        "created_at": user.created_at,
        "user_created_at": user.created_at,
        "last_login_time": user.created_at,
        "verified": 1,
        "dept": "",
        "pmi": 6589310093,
    }


def _listed(account: SimulatedAccount, webinar: Webinar) -> dict[str, Any]:
    start = webinar.next_start(account.clock.now())
    body: dict[str, Any] = {
        "id": webinar.id,
        "uuid": webinar.uuid,
        "host_id": webinar.host_id,
        "topic": webinar.topic,
        "type": webinar.type,
        "duration": webinar.duration,
        "timezone": webinar.timezone,
        "created_at": iso(webinar.created),
        "join_url": f"{account.base_url}/j/{webinar.id}",
        "agenda": webinar.agenda[:250],
        "is_simulive": webinar.is_simulive,
        "is_events_webinar": webinar.is_events_webinar,
    }
    return body | ({"start_time": iso(start.astimezone(UTC))} if start else {})
