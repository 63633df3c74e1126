"""How the portal answers: a page, no such page, not ready yet; always in the language of the address."""

from __future__ import annotations

from typing import Final

from flask import Response, request

from services.portal.domain.pages import HOME, Page
from services.portal.domain.texts import Language, say
from shared.runtime.web import worker

RETRY: Final = {"Retry-After": "5"}


def language_of_address() -> Language:
    """The language of the address that is asked for: English below ``/en/``, else French."""
    return "en" if request.path.startswith("/en/") else "fr"


def shown(html: str, language: Language, status: int = 200) -> Response:
    """A page, never kept by anybody."""
    response = Response(html, status, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    return response


def not_found() -> Response:
    """404, within the frame of all pages; it waits for no service."""
    return _failed(404, "error-404-note", Page("error", HOME.fr, HOME.en))


def starting(page: Page) -> Response:
    """503: there is no snapshot yet."""
    response = _failed(503, "not-ready", page)
    response.headers.update(RETRY)
    return response


def _failed(status: int, note: str, page: Page) -> Response:
    language, portal = language_of_address(), worker()
    words = say(language, note)
    error = Page("error", page.fr, page.en)
    html = portal.renderer.write("error.html", portal.snapshots.snapshot, language, error, status=status, note=words)
    return shown(html, language, status)
