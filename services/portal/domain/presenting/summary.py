"""The top of the page: the time, the one sentence that matters most, the figures."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.domain.presenting import alerts
from services.portal.domain.severity import Tone
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording


@dataclass(frozen=True)
class Time:
    """The time, in words and for machines."""

    text: str
    machine: str
    replayed: bool
    note: str


@dataclass(frozen=True)
class Figure:
    """A number with its caption; ``value`` None: its service did not answer."""

    value: str | None
    caption: str


@dataclass(frozen=True)
class Summary:
    """The most urgent thing, and the figures."""

    tone: Tone
    title: str
    detail: str | None
    figures: tuple[Figure, ...]


def present_time(snapshot: Snapshot, wording: Wording) -> Time:
    """The snapshot's moment as Paris reads it."""
    note = wording.say("replayed-time" if snapshot.replayed else "real-time")
    return Time(wording.full_moment(snapshot.now), snapshot.now.isoformat(), snapshot.replayed, note)


def present(snapshot: Snapshot, wording: Wording) -> Summary:
    """The most urgent vital alert, or that there is none."""
    firing = alerts.present(snapshot, wording)
    if firing is None:
        return Summary(Tone.NOTICE, wording.say("alerts-unknown"), None, _figures(snapshot, wording))
    vital = next((rule for rule in firing if rule.vital), None)
    if vital is None:
        return Summary(Tone.CALM, wording.say("all-quiet"), None, _figures(snapshot, wording))
    alone = vital.alerts[0] if len(vital.alerts) == 1 else None
    places = vital.count if alone is None else alone.place.title
    readings = "" if alone is None else " · ".join(alone.readings)
    detail = " – ".join(part for part in (vital.title, places, readings) if part)
    return Summary(vital.tone, wording.say("vital-alert"), f"{detail}, {vital.since}", _figures(snapshot, wording))


def _figures(snapshot: Snapshot, wording: Wording) -> tuple[Figure, ...]:
    still_open = None if snapshot.incidents is None else sum(1 for i in snapshot.incidents if i.resolved_at is None)
    told = (
        ("firing-count", None if snapshot.alerts is None else len(snapshot.alerts)),
        ("open-count", still_open),
        ("sms-count", None if snapshot.sent is None else snapshot.sent.sms),
        ("email-count", None if snapshot.sent is None else snapshot.sent.emails),
        ("observation-count", None if snapshot.tallies is None else snapshot.tallies.observations),
    )
    return tuple(
        Figure(None if count is None else wording.number(count), wording.say(caption)) for caption, count in told
    )
