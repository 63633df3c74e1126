"""The portal's pages, their stream of changes, and the static files."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, request

from services.portal.assets import assets
from services.portal.domain.texts import Language, say
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
_RETRY: Final = {"Retry-After": "5"}
_FOR_EVER: Final = "public, max-age=31536000, immutable"


@routes.after_request
def _secure(response: Response) -> Response:
    response.headers.update(_HEADERS)
    return response


@routes.get("/")
def page_in_french() -> Response:
    """The page."""
    return _page("fr")


@routes.get("/en/")
def page_in_english() -> Response:
    """The page in English."""
    return _page("en")


@routes.get("/events")
def events() -> Response:
    """The changes of the page as server-sent events; ``?lang=en`` for those of the English one."""
    portal = worker()
    listener = portal.snapshots.listen()
    if listener is None:
        return Response(status=503, headers=_RETRY)
    language: Language = "en" if request.args.get("lang") == "en" else "fr"
    stream = Stream(listener, portal.renderer, language)
    # no-transform and X-Accel-Buffering: a proxy that gathers or compresses would hold events back.
    headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
    return Response(stream, mimetype="text/event-stream", headers=headers)


@routes.get("/static/<name>")
def static_file(name: str) -> Response:
    """A static file; kept for ever by who asks for exactly this content, asked for again by everyone else."""
    asset = assets().get(name)
    if asset is None:
        abort(404)
    lasting = request.args.get("v") == asset.digest
    response = Response(asset.body, headers={"Content-Type": asset.content_type})
    response.headers["Cache-Control"] = _FOR_EVER if lasting else "no-cache"
    response.set_etag(asset.digest)
    response.make_conditional(request)
    return response


def _page(language: Language) -> Response:
    portal = worker()
    snapshot = portal.snapshots.current()
    if snapshot is None:
        return Response(say(language, "not-ready"), 503, _RETRY, content_type="text/plain; charset=utf-8")
    response = Response(portal.renderer.page(snapshot, language), content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    return response
