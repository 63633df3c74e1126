"""Server-sent events: the sections of a page that changed, and a sign of life when none did."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import msgspec

from services.portal.domain.pages import Page
from services.portal.domain.texts import Language
from services.portal.rendering import Renderer
from services.portal.snapshot_cache import Listener

HEARTBEAT_S: Final = 15.0
_LOOK_S: Final = 1.0
_BEGIN: Final = b"retry: 3000\n\n"
_ALIVE: Final = b": alive\n\n"


class Stream:
    """What one browser is sent, piece by piece, until the site closes or the browser leaves.

    An event ``sections`` carries ``{name: [digest, html]}`` of the sections that are others than those sent before.
    """

    def __init__(
        self,
        listener: Listener,
        renderer: Renderer,
        language: Language,
        page: Page,
        heartbeat_s: float = HEARTBEAT_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listener = listener
        self._renderer = renderer
        self._language = language
        self._page = page
        self._heartbeat_s = heartbeat_s
        self._monotonic = monotonic
        self._sent: dict[str, str] = {}
        self._last_sent: float | None = None

    def __iter__(self) -> Stream:
        return self

    def __next__(self) -> bytes:
        while not self._listener.over:
            piece = self._piece()
            if piece is not None:
                self._last_sent = self._monotonic()
                return piece
        raise StopIteration

    def close(self) -> None:
        """The browser has left, or the stream is over."""
        self._listener.close()

    def _piece(self) -> bytes | None:
        if self._last_sent is None:
            return _BEGIN
        snapshot = self._listener.next(min(_LOOK_S, self._heartbeat_s))
        if snapshot is not None:
            sections = self._renderer.sections(snapshot, self._language, self._page.sections)
            changed = {name: part for name, part in sections.items() if self._sent.get(name) != part.digest}
            if changed:
                self._sent |= {name: part.digest for name, part in changed.items()}
                body = msgspec.json.encode({name: (part.digest, part.html) for name, part in changed.items()})
                return b"event: sections\ndata: " + body + b"\n\n"
        return _ALIVE if self._monotonic() - self._last_sent >= self._heartbeat_s else None
