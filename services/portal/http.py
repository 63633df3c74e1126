"""The portal's pages, their stream of changes, and the static files."""

from __future__ import annotations

from functools import partial
from typing import Final

from flask import Blueprint, Response, request

from services.portal import http_downloads, http_points
from services.portal.answering import RETRY, not_found, shown, starting
from services.portal.assets import assets
from services.portal.domain.ground import LOOKS
from services.portal.domain.pages import BY_ID, MESSAGES, OTHERS, PAGES, Page
from services.portal.domain.texts import LANGUAGES, Language
from services.portal.streaming import Stream
from shared.runtime.web import worker

routes: Final = Blueprint("portal", __name__)

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@routes.after_request
def _secure(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


def _show(page: Page, language: Language) -> Response:
    portal = worker()
    snapshot = portal.snapshots.current(page.id)
    if snapshot is None:
        return starting(page)
    if page is MESSAGES and not snapshot.demo:
        return not_found()
    return shown(portal.renderer.page(snapshot, language, page), language)


for _page in PAGES:
    for _language in LANGUAGES:
        _view = partial(_show, _page, _language)
        routes.add_url_rule(_page.address(_language), endpoint=f"{_page.id}-{_language}", view_func=_view)

http_downloads.register(routes)
http_points.register(routes)


@routes.get("/events")
def events() -> Response:
    """The changes of a page as server-sent events: ``?page=noise&lang=en``; without a page those of the frame."""
    portal = worker()
    page = BY_ID.get(request.args.get("page", ""), OTHERS)
    listener = portal.snapshots.listen(page.id)
    if listener is None:
        return Response(status=503, headers=RETRY)
    language: Language = "en" if request.args.get("lang") == "en" else "fr"
    stream = Stream(listener, portal.renderer, language, page)
    # no-transform and X-Accel-Buffering: a proxy that gathers or compresses would hold events back.
    headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
    return Response(stream, mimetype="text/event-stream", headers=headers)


@routes.get("/static/<name>")
def static_file(name: str) -> Response:
    """A static file; kept for ever by who asks for exactly this content, asked for again by everyone else."""
    asset = assets().get(name)
    if asset is None:
        return not_found()
    lasting = request.args.get("v") == asset.digest
    response = Response(asset.body, headers={"Content-Type": asset.content_type})
    response.headers["Cache-Control"] = _FOR_EVER if lasting else "no-cache"
    response.set_etag(asset.digest)
    response.make_conditional(request)
    return response


@routes.get("/map/<look>.svg")
def ground(look: str) -> Response:
    """What the map is drawn on, without its marks."""
    snapshot = worker().snapshots.snapshot
    found = worker().renderer.ground(snapshot, look) if snapshot is not None and look in LOOKS else None
    if found is None:
        return not_found()
    lasting = request.args.get("v") == found.digest
    response = Response(found.html, content_type="image/svg+xml")
    response.headers["Cache-Control"] = _FOR_EVER if lasting else "no-cache"
    return response


@routes.get("/<path:_address>")
def nothing_there(_address: str) -> Response:
    """Every other address."""
    return not_found()
