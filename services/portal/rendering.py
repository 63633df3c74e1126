"""Writes pages and their sections as HTML, once for each snapshot and language however many look."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from services.portal.domain.presenting.page import present
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.texts import Language
from services.portal.domain.wording import Wording

_OTHER: Final[dict[Language, tuple[Language, str]]] = {"fr": ("en", "/en/"), "en": ("fr", "/")}


@dataclass(frozen=True)
class Section:
    """A part of the page that is replaced as a whole. ``digest`` tells whether it is another."""

    html: str
    digest: str


class Renderer:
    """Turns snapshots into HTML.

    Args:
        asset: the address of a static file.
    """

    def __init__(self, asset: Callable[[str], str]) -> None:
        loader = PackageLoader("services.portal")
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self._templates.globals["asset"] = asset
        self._last: dict[Language, tuple[Snapshot, dict[str, Section]]] = {}

    def sections(self, snapshot: Snapshot, language: Language) -> dict[str, Section]:
        """The page's sections by name, in its order."""
        known = self._last.get(language)
        if known is None or known[0] is not snapshot:
            wording = Wording(language)
            written = {name: self._section(name, view, wording) for name, view in present(snapshot, wording).items()}
            known = self._last[language] = (snapshot, written)
        return known[1]

    def page(self, snapshot: Snapshot, language: Language) -> str:
        """The whole page."""
        wording = Wording(language)
        other, address = _OTHER[language]
        return self._templates.get_template("page.html").render(
            sections=self.sections(snapshot, language),
            say=wording.say,
            language=language,
            other_language=other,
            other_address=address,
        )

    def _section(self, name: str, view: Any, wording: Wording) -> Section:
        html = self._templates.get_template(f"{name}.html").render(view=view, say=wording.say)
        return Section(html, f"{zlib.crc32(html.encode()):08x}")
