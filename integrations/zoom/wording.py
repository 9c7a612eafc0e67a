"""The words for what can go wrong with Zoom. Zoom's own words are values, as it said them."""

from django.utils.translation import gettext_lazy as _

from core.messages import define
from integrations.models import ZoomConnection

define({f"auth_kind.{kind}": kind.label for kind in ZoomConnection.Auth})
define(
    {
        # An error with what Zoom answered to which call.
        "zoom.with_details": _("%(reason)s (%(said)s)"),
        # The kinds of errors (`errors.py`), where nothing more is known.
        "zoom.failed": _("Zoom couldn't complete the request."),
        "zoom.try_later": _("Zoom can't respond right now."),
        "zoom.rate_limited": _("Zoom's rate limit has been reached."),
        "zoom.unavailable": _("Zoom can't be reached right now."),
        "zoom.token_unavailable": _("Zoom's access token cannot be renewed at the moment."),
        "zoom.bad_answer": _("Zoom's response couldn't be read."),
        "zoom.page_token_expired": _("Zoom's list expired while it was being read."),
        "zoom.not_found": _("Zoom doesn't have this."),
        "zoom.too_old": _("Zoom no longer provides data this old."),
        "zoom.token_rejected": _("Zoom rejected its own access token. Reconnect Zoom."),
        "zoom.not_connected": _("Zoom isn't connected."),
        "zoom.credentials_rejected": _("Zoom rejected the credentials."),
        "zoom.rejected": _("Zoom rejected the request."),
        "zoom.scope_missing": _(
            "The Zoom app lacks a scope. Add it in the Zoom App Marketplace, then reconnect."
        ),
        "zoom.scopes_missing": _(
            "The Zoom app lacks the scope %(scopes)s. Add it in the Zoom App Marketplace, then reconnect."
        ),
        "zoom.no_webinar_license": _("This Zoom user has no webinar license."),
        "zoom.plan_required": _("This data requires a higher Zoom plan."),
        "zoom.permission_denied": _("The connected Zoom user's role doesn't allow this."),
        "zoom.registration_off": _("Registration isn't turned on for this webinar in Zoom."),
        "zoom.wrong_address": _("ZOOM_API_URL or ZOOM_OAUTH_URL isn't a valid URL."),
        # Rate limits that we keep ourselves.
        "zoom.daily_limit_used": _("Today's share of Zoom's daily limit is used up."),
        "zoom.limit_used": _("Zoom asked us to wait, or the workers have reached Zoom's limit."),
        # Listings and answers.
        "zoom.list_repeats": _("Zoom's list repeats itself endlessly."),
        "zoom.list_ended_early": _("Zoom's list ended early."),
        "zoom.registrants_incomplete": _("Zoom's list of registrants is not complete."),
        "zoom.series_without_dates": _("Zoom's response about a series lacks its dates."),
        "zoom.response_too_large": _("Zoom's response is too large."),
        # Downloads.
        "zoom.download_not_zooms": _("The download address isn't Zoom's."),
        "zoom.download_inside_network": _("The download leads to an address inside your network."),
        "zoom.download_failed": _("The file couldn't be downloaded."),
        "zoom.download_redirects_endlessly": _("The download redirects endlessly."),
        "zoom.download_without_https": _("The download redirects to an address without https."),
        "zoom.download_is_a_page": _("Zoom answered with a web page instead of the file."),
        "zoom.download_too_large": _("The file is larger than %(size)s MB."),
        "zoom.download_not_ready": _("Zoom doesn't provide the file yet."),
        "zoom.download_gone": _("Zoom no longer has the file."),
        "zoom.download_bad_address": _("The download address isn't valid."),
        # Permissions and tokens.
        "zoom.token_being_fetched": _("Another worker is still fetching Zoom's token."),
        "zoom.app_removed": _("The app was removed from the Zoom account."),
        "zoom.reconnect": _("Reconnect Zoom."),
        "zoom.renewal_lost": _(
            "A worker stopped while Zoom renewed its permission, so the old one no longer works. "
            "Reconnect Zoom."
        ),
        "zoom.unknown_client": _("Zoom doesn't recognize this client ID and client secret. Check both."),
        "zoom.wrong_way_to_connect": _("Zoom doesn't let this app connect this way. Check the app's type."),
        "zoom.wrong_app_type": _(
            "The Zoom app has the wrong type: these credentials need a Server-to-Server OAuth app."
        ),
        "zoom.permission_over": _(
            "Zoom no longer accepts its permission: it was withdrawn in Zoom, or a renewal was lost. "
            "Reconnect Zoom."
        ),
        "zoom.bad_account_or_code": _(
            "Zoom rejected the account ID or the authorization code. Check it and try again."
        ),
        "zoom.access_not_approved": _("You didn't approve access in Zoom."),
        # Connecting.
        "zoom.app_not_set": _("Set ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET to your Zoom app's."),
        "zoom.account_unknown": _("Zoom didn't say which account this is."),
        "zoom.brand_has_other_account": _(
            "%(brand)s has webinars from another Zoom account. Connect this account to another brand."
        ),
        "zoom.account_of_other_brand": _("This Zoom account already belongs to another brand: %(brand)s."),
        "zoom.attempt_over": _(
            "This connection attempt wasn't started here or has already ended. Start again."
        ),
        "zoom.attempt_too_slow": _("Connecting took too long. Start again."),
        "zoom.brand_removed": _("The brand has been removed."),
        "zoom.no_authorization_code": _("Zoom sent no authorization code. Start again."),
        "zoom.connect_first": _("Zoom isn't connected. Connect it, then sync again."),
    }
)
