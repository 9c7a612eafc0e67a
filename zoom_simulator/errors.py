"""Zoom's error answers: status, code and wording, as its documentation has them."""

from collections.abc import Mapping


class ZoomError(Exception):
    """Ends a call with an error body `{"code": …, "message": …}`."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: list[dict[str, str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers, self.errors = dict(headers or {}), errors

    def body(self) -> dict[str, object]:
        body: dict[str, object] = {"code": self.code, "message": self.message}
        return body | ({"errors": self.errors} if self.errors else {})


PLAN_MISSING = (
    "Webinar plan is missing. You must subscribe to the webinar plan and enable webinars for this user in "
    "order to perform this action."
)


def no_token() -> ZoomError:
    return ZoomError(401, 124, "Requires an access token.")


def bad_token() -> ZoomError:
    return ZoomError(401, 124, "Invalid access token.")


def expired_token() -> ZoomError:
    return ZoomError(401, 124, "Access token is expired.")


def token_in_query() -> ZoomError:
    return ZoomError(
        401, 124, "Invalid access token, this access token is not supported as query parameter string."
    )


def missing_scope(granular: str, classic: str, *, app_is_classic: bool) -> ZoomError:
    if app_is_classic:
        return ZoomError(400, 104, f"Invalid access token, does not contain scopes:[{classic}].")
    return ZoomError(400, 4711, f"Invalid access token, does not contain scopes:[{granular}].")


def unknown_endpoint() -> ZoomError:
    return ZoomError(404, 2300, "This API endpoint is not recognized.")


def no_permission() -> ZoomError:
    return ZoomError(400, 200, "No permission.")


def plan_missing() -> ZoomError:
    return ZoomError(400, 200, PLAN_MISSING)


def user_missing(user_id: str) -> ZoomError:
    return ZoomError(404, 1001, f"User does not exist: {user_id}.")


def webinar_missing(webinar_id: object) -> ZoomError:
    return ZoomError(404, 3001, f"Webinar does not exist: {webinar_id}.")


def meeting_missing(key: str) -> ZoomError:
    return ZoomError(404, 3001, f"Meeting does not exist: {key}.")


def meeting_expired(key: str) -> ZoomError:
    return ZoomError(404, 3001, f"Meeting {key} not found or has expired.")


def not_ended() -> ZoomError:
    return ZoomError(404, 3001, "The webinar has not ended yet or the Webinar ID is not valid.")


def year_ago() -> ZoomError:
    return ZoomError(400, 12702, "Can not access a webinar a year ago.")


def paid_only(account_id: str) -> ZoomError:
    return ZoomError(400, 200, f"Only available for Paid or ZMP account: {account_id}.")


def bad_webinar_id() -> ZoomError:
    return ZoomError(400, 300, "Invalid webinar ID.")


def bad_page_token() -> ZoomError:
    return ZoomError(400, 300, "The next page token is invalid or expired.")


def bad_parameter(name: str) -> ZoomError:
    return ZoomError(400, 300, f"Invalid parameter: {name}.")


def bad_occurrence(occurrence_id: str) -> ZoomError:
    return ZoomError(
        400,
        300,
        "The request could not be completed because you have provided an invalid occurrence ID: "
        f"{occurrence_id}.",
    )


def bad_json() -> ZoomError:
    return ZoomError(400, 300, "Request Body should be a valid JSON object.")


def invalid(*problems: tuple[str, str]) -> ZoomError:
    errors = [{"field": name, "message": message} for name, message in problems]
    return ZoomError(400, 300, "Validation Failed.", errors=errors)


def recording_missing() -> ZoomError:
    return ZoomError(404, 3301, "There is no recording for this meeting.")


def transcript_missing() -> ZoomError:
    return ZoomError(404, 3322, "This meeting transcript does not exist.")
