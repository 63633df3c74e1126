"""The observations of a point as a table to take away, and what must be known to use it."""

from __future__ import annotations

from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from services.portal.answering import RETRY, not_found, starting
from services.portal.domain.describing import describe
from services.portal.domain.downloads import MOST_ROWS, Days, WrongDays, days_asked, file_name, in_pieces, units
from services.portal.domain.pages import page_of_point
from services.portal.domain.presenting.pointing import observed
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.texts import LANGUAGES, Language, say
from services.portal.domain.wording import Wording
from services.portal.use_cases.take_observations import amount, take_observations
from shared.model.registry import Point
from shared.runtime.web import worker

_TEXT: Final = "text/plain; charset=utf-8"
_RULE: Final = "-" * 72


def register(routes: Blueprint) -> None:
    """Add the two addresses below each point's page, in each language."""
    for language in LANGUAGES:
        below = page_of_point("<point>").address(language)
        table, source = partial(_table, language), partial(_source, language)
        routes.add_url_rule(f"{below}/observations.csv", endpoint=f"observations-{language}", view_func=table)
        routes.add_url_rule(f"{below}/source.txt", endpoint=f"source-{language}", view_func=source)


def _table(language: Language, point: str) -> Response:
    found = _look_up(point)
    if isinstance(found, Response):
        return found
    snapshot, known = found
    asked = request.args
    try:
        days = days_asked(asked.get("from", ""), asked.get("to", ""), snapshot.now, ZoneInfo(known.zone))
    except WrongDays as wrong:
        return _told(language, 400, wrong.args[0])
    return _table_of(language, snapshot, known, days)


def _table_of(language: Language, snapshot: Snapshot, point: Point, days: Days) -> Response:
    """All that may go wrong is found out before the first line is sent, unless telemetry goes away in the middle.

    Then the exception ends the connection without the last chunk, so that nobody takes a part for the whole.
    """
    ask, of = worker().ask, units(point, snapshot.inventory.kinds, snapshot.latest or ())
    rows = amount(ask, point.id, of, days, MOST_ROWS + 1)
    if rows is None:
        return _told(language, 503, "download-away")
    if rows > MOST_ROWS:
        return _told(language, 400, "download-too-many", str(days.first))
    pieces = in_pieces(take_observations(ask, point.id, of, days), days.zone)
    response = Response(pieces, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name(point.id, days)}"'
    response.headers["Link"] = '<source.txt>; rel="describedby"; type="text/plain"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _source(language: Language, point: str) -> Response:
    found = _look_up(point)
    if isinstance(found, Response):
        return found
    snapshot, known = found
    kind = next(kind for kind in snapshot.inventory.kinds if kind.id == known.kind)
    order = sorted(LANGUAGES, key=lambda item: item != language)
    names = observed(snapshot, known, kind)
    parts = ["".join(f"{line}\n" for line in describe(known, kind, names, Wording(item))) for item in order]
    response = Response(f"\n{_RULE}\n\n".join(parts), content_type=_TEXT)
    response.headers["Cache-Control"] = "no-store"
    return response


def _look_up(point: str) -> tuple[Snapshot, Point] | Response:
    """The point, if it is shown: one whose recording is not played has nothing; a retired one keeps its history."""
    snapshots, page = worker().snapshots, page_of_point(point)
    first = snapshots.snapshot
    if first is not None and _of(first, point) is None:
        return not_found()
    snapshot = snapshots.current(page.id)
    if snapshot is None:
        return starting(page)
    known = _of(snapshot, point)
    if known is None:
        return not_found()
    if known.recording is not None and snapshot.latest is None:
        return starting(page)
    played = known.recording is None or any(item.point == point for item in snapshot.latest or ())
    return (snapshot, known) if played else not_found()


def _of(snapshot: Snapshot, point: str) -> Point | None:
    return next((item for item in snapshot.inventory.points if item.id == point), None)


def _told(language: Language, status: int, name: str, *words: str) -> Response:
    response = Response(f"{say(language, name, *words)}\n", status, content_type=_TEXT)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = language
    if status == 503:
        response.headers.update(RETRY)
    return response
