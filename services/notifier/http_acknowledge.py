"""The page to which the links in mails lead. To look changes nothing; the button acknowledges."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, request

from services.notifier.domain.escalation.linking import PATH
from services.notifier.pages import STYLE_HASH, page
from services.notifier.use_cases.follow_link import Seen, Sight
from shared.runtime.web import worker

routes: Final = Blueprint("notifier_acknowledge", __name__)

_STATUS: Final = {Sight.EXPIRED: 410, Sight.UNKNOWN: 404}
_HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src '{STYLE_HASH}'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # The address is the secret.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@routes.after_request
def _secure(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


@routes.get(PATH + "<token>")
def look(token: str) -> Response:
    """The incident, and the button."""
    return _page(*worker().look(token))


@routes.post(PATH + "<token>")
def press(token: str) -> Response:
    """The button was pressed."""
    return _page(*worker().press(token, request.form.get("form", "")))


def _page(seen: Seen, form: str) -> Response:
    return Response(page(seen, form), _STATUS.get(seen.sight, 200), mimetype="text/html")
