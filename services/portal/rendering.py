"""Writes pages and their sections as HTML, once for each snapshot and language however many look."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from services.portal.domain.ground import LOOKS, Ground, drawn, window_of
from services.portal.domain.mapping import Projection, Window
from services.portal.domain.pages import BY_ID, MESSAGES, PAGES, Page, page_of_point
from services.portal.domain.presenting.pointing import points_of
from services.portal.domain.presenting.sections import SECTIONS
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.texts import Language
from services.portal.domain.wording import Wording
from shared.model.registry import Area

_Shown = tuple[Ground, tuple[Area, ...], Window | None]
_OTHER: Final[Mapping[Language, Language]] = {"fr": "en", "en": "fr"}


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
        self._templates = Environment(
            loader=PackageLoader("services.portal"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["asset"] = asset
        self._last: dict[Language, tuple[Snapshot, dict[str, Section]]] = {}
        self._grounds: tuple[_Shown, dict[str, Section | None]] | None = None

    def sections(self, snapshot: Snapshot, language: Language, names: Iterable[str]) -> dict[str, Section]:
        """Sections by name, each written at its first use.

        Raises:
            KeyError: no such section.
        """
        known = self._last.get(language)
        if known is None or known[0] is not snapshot:
            known = self._last[language] = (snapshot, {})
        written = known[1]
        for name in names:
            if name not in written:
                written[name] = self._section(name, snapshot, language)
        return {name: written[name] for name in names}

    def page(self, snapshot: Snapshot, language: Language, page: Page) -> str:
        """A whole page."""
        return self.write(f"{page.id}.html", snapshot, language, page)

    def write(self, template: str, snapshot: Snapshot | None, language: Language, page: Page, **view: Any) -> str:
        """A template within the frame of all pages; ``view`` are its own names. See ``templates/base.html``."""
        wording = Wording(language)
        sections = {} if snapshot is None else self.sections(snapshot, language, page.sections)
        other = _OTHER[language]
        frame = {
            "page": page,
            "part": lambda name, **attributes: _part(name, sections, attributes),
            "navigation": _navigation(page, language, demo=snapshot is not None and snapshot.demo),
            "other_language": other,
            "other_address": page.address(other),
            "origins": next((name for name in page.sections if name.endswith("origins")), None),
            "replayed": snapshot is not None and snapshot.replayed,
            "demo": snapshot is not None and snapshot.demo,
        }
        return self._templates.get_template(template).render(**self._common(wording), **frame, **view)

    def ground(self, snapshot: Snapshot, look: str) -> Section | None:
        """What the map of a look is drawn on, as SVG; None where there is nothing to draw.

        Raises:
            KeyError: no such look.
        """
        shown = (snapshot.ground, snapshot.inventory.areas, window_of(snapshot.ground, points_of(snapshot)))
        if self._grounds is None or self._grounds[0] != shown:
            self._grounds = (shown, {name: self._draw_ground(*shown, name) for name in LOOKS})
        return self._grounds[1][look]

    def _draw_ground(self, ground: Ground, areas: tuple[Area, ...], window: Window | None, look: str) -> Section | None:
        if window is None:
            return None
        projection = Projection(window, LOOKS[look])
        svg = self._templates.get_template("ground.svg").render(
            width=projection.width, height=projection.height, shapes=drawn(ground, areas, projection)
        )
        return Section(svg, _digest(svg))

    def _ground_address(self, snapshot: Snapshot, look: str) -> str:
        found = self.ground(snapshot, look)
        return f"/map/{look}.svg?v={found.digest}" if found is not None else ""

    def _section(self, name: str, snapshot: Snapshot, language: Language) -> Section:
        section, wording = SECTIONS[name], Wording(language)
        view = section.present(snapshot, wording)
        html = self._templates.get_template(section.template).render(
            view=view, ground=lambda look: self._ground_address(snapshot, look), **self._common(wording)
        )
        return Section(html, _digest(html))

    def _common(self, wording: Wording) -> dict[str, Any]:
        """What every template may use."""
        language = wording.language
        return {
            "language": language,
            "say": wording.say,
            "point_address": lambda point: page_of_point(point).address(language),
            "page_address": lambda name: BY_ID[name].address(language),
        }


def _digest(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def _navigation(page: Page, language: Language, *, demo: bool) -> list[dict[str, Any]]:
    """The pages that are offered; messages only where nothing leaves the machine."""
    offered = [item for item in PAGES if item is not MESSAGES or demo]
    return [{"id": item.id, "address": item.address(language), "current": item.id == page.id} for item in offered]


def _part(name: str, sections: Mapping[str, Section], attributes: Mapping[str, str]) -> Markup:
    """A section in its place on the page; ``live`` becomes ``aria-live``, the others stay as they are."""
    section = sections.get(name)
    if section is None:
        return Markup("")
    named = {"aria-live" if key == "live" else key.rstrip("_"): value for key, value in attributes.items()}
    extra = Markup("").join(Markup(' {}="{}"').format(key, value) for key, value in named.items())
    place = Markup('<div data-section="{}" data-digest="{}"{}>{}</div>')
    return place.format(name, section.digest, extra, Markup(section.html))  # noqa: S704 - written by our own templates
