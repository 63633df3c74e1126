"""The page of a point, in both languages: of today, or of the day that ``?jour=`` or ``?day=`` asks for."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final
from weakref import WeakKeyDictionary
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from services.portal.answering import not_found, shown, starting
from services.portal.domain.pages import page_of_point
from services.portal.domain.presenting.point import present
from services.portal.domain.presenting.point_day import ShownDay, shown_day
from services.portal.domain.presenting.pointing import observed
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.texts import LANGUAGES, Language
from services.portal.domain.wording import Wording
from services.portal.recent import Recent
from services.portal.snapshot_cache import SnapshotCache
from services.portal.use_cases.take_point import take_point
from shared.model.registry import Kind, Point
from shared.runtime.web import worker

_KEPT: Final[WeakKeyDictionary[SnapshotCache, Recent[str]]] = WeakKeyDictionary()
"""The pages of a moment ago, of each running portal."""

_OTHERS: Final = "others"


def register(routes: Blueprint) -> None:
    """Add the addresses of points."""
    for language in LANGUAGES:
        address = page_of_point("<point>").address(language)
        routes.add_url_rule(address, endpoint=f"point-{language}", view_func=partial(_show, language))


def _show(language: Language, point: str) -> Response:
    snapshots = worker().snapshots
    known = snapshots.snapshot
    # A point may have been installed since somebody last looked; to learn that asks no other service.
    if known is None or _found(known, point) is None:
        known = snapshots.current(_OTHERS)
    if known is not None and _found(known, point) is None:
        return not_found()
    snapshot = snapshots.current("point")
    if snapshot is None:
        return starting(page_of_point(point))
    found = _found(snapshot, point)
    return not_found() if found is None else _page(snapshot, language, *found)


def _found(snapshot: Snapshot, point: str) -> tuple[Point, Kind] | None:
    found = next((item for item in snapshot.inventory.points if item.id == point), None)
    kind = next((item for item in snapshot.inventory.kinds if found is not None and item.id == found.kind), None)
    return None if found is None or kind is None else (found, kind)


def _page(snapshot: Snapshot, language: Language, point: Point, kind: Kind) -> Response:
    asked = request.args.get("jour") or request.args.get("day")
    day = shown_day(asked, snapshot.now, ZoneInfo(point.zone))
    portal = worker()
    kept = _KEPT.setdefault(portal.snapshots, Recent())
    html = kept.get((point.id, day, language), partial(_written, portal, snapshot, language, point, kind, day))
    return shown(html, language)


def _written(portal: Any, snapshot: Snapshot, language: Language, point: Point, kind: Kind, day: ShownDay) -> str:
    told = take_point(portal.ask, point, kind, observed(snapshot, point, kind), day, snapshot.now)
    view = present(snapshot, Wording(language), point, day, told)
    page = page_of_point(point.id)
    if not day.is_today:
        page = replace(page, fr=f"{page.fr}?jour={day.day}", en=f"{page.en}?day={day.day}")
    html: str = portal.renderer.write("point.html", snapshot, language, page, view=view)
    return html
