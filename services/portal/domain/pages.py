"""The pages there are: where each is found in each language, and which sections it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from services.portal.domain.texts import Language
from shared.model.registry import Theme

FRAME: Final = ("time",)
"""The sections of every page, also of those that are not listed here."""


@dataclass(frozen=True)
class Page:
    """A page of its own address.

    Attributes:
        id: its name: that of its template, of its texts ``nav-<id>`` and ``title-<id>``, and of its stream.
        fr, en: its address in each language.
        parts: its sections beside those of the frame.
        theme: whose points it shows, if it is of one.
    """

    id: str
    fr: str
    en: str
    parts: tuple[str, ...] = ()
    theme: Theme | None = None

    @property
    def sections(self) -> tuple[str, ...]:
        """All sections that the page shows and its stream renews."""
        return FRAME + self.parts

    def address(self, language: Language) -> str:
        """Where the page is in a language."""
        return self.fr if language == "fr" else self.en


def _themed(name: Theme, fr: str, en: str, *parts: str) -> Page:
    shared = (f"{name}-map", f"{name}-alerts", f"{name}-origins")
    return Page(name, f"/{fr}/", f"/en/{en}/", (*parts, *shared), name)


HOME: Final = Page("home", "/", "/en/", ("summary", "tiles", "map", "river", "alerts", "incidents", "origins"))
NOISE: Final = _themed("noise", "bruit", "noise", "noise")
WASTE: Final = _themed("waste", "dechets", "waste", "waste")
WATER: Final = _themed("water", "rivieres", "rivers", "flood", "rain")
MOBILITY: Final = _themed("mobility", "mobilites", "mobility", "mobility")
LIGHTING: Final = _themed("lighting", "eclairage", "lighting", "lamps", "burnt", "light")
INCIDENTS: Final = Page("incidents", "/incidents/", "/en/incidents/", ("alerts", "timeline", "origins"))
MESSAGES: Final = Page("messages", "/messages/", "/en/messages/", ("outbox", "origins"))

THEMED: Final = (NOISE, WASTE, WATER, MOBILITY, LIGHTING)
PAGES: Final = (HOME, *THEMED, INCIDENTS, MESSAGES)
BY_ID: Final[Mapping[str, Page]] = MappingProxyType({page.id: page for page in PAGES})
OTHERS: Final = Page("others", "/", "/en/")
"""Stands for the pages that are not listed, such as those of points: their streams renew only the frame."""
BY_THEME: Final[Mapping[str, Page]] = MappingProxyType({page.id: page for page in THEMED})


def page_of_point(point: str) -> Page:
    """The page of a point, which has no sections but those of the frame. Ids need no quoting."""
    return Page("point", f"/points/{point}", f"/en/points/{point}")
