"""The page of one point: what it is, its values now, its day and week, its devices, the rules that watch it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.portal.domain.pages import BY_THEME, page_of_point
from services.portal.domain.presenting import point_devices, point_figures, point_watch
from services.portal.domain.presenting.cards import Line
from services.portal.domain.presenting.point_day import ShownDay, day_words
from services.portal.domain.presenting.point_devices import Devices
from services.portal.domain.presenting.point_series import Charted, Charting
from services.portal.domain.presenting.point_told import PointTold
from services.portal.domain.presenting.point_watch import Firing, Watching
from services.portal.domain.presenting.pointing import Pointed, Pointing, Value
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording
from shared.model.registry import Kind, Point

_ASKED_BY: Final = {"fr": "jour", "en": "day"}


@dataclass(frozen=True)
class Lamp:
    """What a luminaire was told and what it says."""

    group: str
    address: str
    wanted: str
    said: str
    fault: str | None


@dataclass(frozen=True)
class DayLinks:
    """The day that is shown, its neighbours' addresses, and where its values and the week's are to be had."""

    title: str
    is_today: bool
    before: str | None
    after: str | None
    today: str
    newest: str | None
    file: str
    week_file: str
    refused: str | None


@dataclass(frozen=True)
class PointPage:
    """What the template writes. None of ``values``, ``figures``, ``alerts``, ``rules``: the service did not answer."""

    point: Pointed
    retired: str | None
    directorate: str
    theme: tuple[str, str] | None
    values: tuple[Value, ...] | None
    charts: tuple[Charted, ...]
    day: DayLinks
    devices: Devices
    figures: tuple[Line, ...] | None
    alerts: tuple[Firing, ...] | None
    rules: tuple[Watching, ...] | None
    lamps: tuple[Lamp, ...]
    source: str | None
    licence: str | None
    zone: str | None


def present(snapshot: Snapshot, wording: Wording, point: Point, shown: ShownDay, told: PointTold) -> PointPage:
    """The page of a point on a day."""
    pointing = Pointing(snapshot, wording)
    return _Presenting(pointing, point, pointing.kinds[point.kind], shown, told).page()


@dataclass(frozen=True)
class _Presenting:
    """What the parts of a page share."""

    pointing: Pointing
    point: Point
    kind: Kind
    shown: ShownDay
    told: PointTold

    @property
    def wording(self) -> Wording:
        return self.pointing.wording

    @property
    def snapshot(self) -> Snapshot:
        return self.pointing.snapshot

    def page(self) -> PointPage:
        point, wording, recording = self.point, self.wording, self.point.recording
        figures = self.told.figures
        return PointPage(
            point=self.pointing.point(point),
            retired=None if point.retired is None else day_words(point.retired, self.shown.zone, wording),
            directorate=self._directorate(),
            theme=self._theme(),
            values=self._values(),
            charts=tuple(self._charted(name) for name in self.told.series),
            day=self._links(),
            devices=point_devices.present(self.pointing, point, self.told.devices),
            figures=None if figures is None else point_figures.lines(self.pointing, point, self.kind, figures),
            alerts=point_watch.alerts(self.pointing, point),
            rules=point_watch.rules(self.pointing, point, self.kind),
            lamps=self._lamps(),
            source=None if recording is None else wording.say("source", recording.source),
            licence=None if recording is None else wording.say("licence", recording.licence),
            zone=None if point.zone == "Europe/Paris" else wording.zone_city(ZoneInfo(point.zone)),
        )

    def _directorate(self) -> str:
        found = (item for item in self.snapshot.inventory.directorates if item.id == self.point.directorate)
        return next((self.wording.pick(item.title) for item in found), self.point.directorate)

    def _theme(self) -> tuple[str, str] | None:
        if self.kind.theme is None:
            return None
        page = BY_THEME[self.kind.theme]
        return page.address(self.wording.language), self.wording.say(f"title-{page.id}")

    def _values(self) -> tuple[Value, ...] | None:
        if self.snapshot.latest is None:
            return None
        found = (self.pointing.value(self.point, name) for name in self.kind.properties)
        return tuple(value for value in found if value is not None)

    def _charted(self, name: str) -> Charted:
        series = self.told.series[name]
        return Charting(self.pointing, self.point, self.kind, name, self.shown, series).charted()

    def _links(self) -> DayLinks:
        shown, address = self.shown, page_of_point(self.point.id).address(self.wording.language)
        return DayLinks(
            title=day_words(shown.bounds[0] + timedelta(hours=1), shown.zone, self.wording),
            is_today=shown.is_today,
            before=self._address(shown.before),
            after=self._address(shown.after),
            today=address,
            newest=self._newest(),
            file=f"{address}/observations.csv?from={shown.day}&to={shown.day}",
            week_file=f"{address}/observations.csv?from={shown.first_of_week}&to={shown.day}",
            refused=self.wording.say("point-no-day") if shown.refused else None,
        )

    def _address(self, day: date | None) -> str | None:
        if day is None:
            return None
        language = self.wording.language
        return f"{page_of_point(self.point.id).address(language)}?{_ASKED_BY[language]}={day}"

    def _newest(self) -> str | None:
        """Where the newest values are, if that is another day."""
        times = [item.time for item in self.pointing.latest.get(self.point.id, {}).values()]
        day = max(times).astimezone(self.shown.zone).date() if times else None
        return None if day == self.shown.day else self._address(day)

    def _lamps(self) -> tuple[Lamp, ...]:
        return tuple(
            Lamp(
                group=group.title,
                address=f"{BY_THEME['lighting'].address(self.wording.language)}#{group.group}",
                wanted=self._percent(lamp.target),
                said=self._percent(lamp.actual),
                fault=lamp.fault,
            )
            for group in self.snapshot.lamps or ()
            for lamp in group.luminaires
            if lamp.luminaire == self.point.id
        )

    def _percent(self, value: float | None) -> str:
        return self.wording.say("point-unknown") if value is None else self.wording.percent(value)
