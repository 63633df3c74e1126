"""Shipped rules over recorded points, or made-up ones: what would have become of their alerts.

Rows become observations as they do in the city: the recording's own zone, the model's path and unit, the kind's range.
Alerts are played by the engine's own loop. Nothing of a rule is written here again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import structs

from services.console.recordings import Recording, load_recordings
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.rules_engine.domain.alert import Change
from services.rules_engine.domain.book import RuleBook, book_of
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.playing import Event, Play, Seen
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.sample import Sample
from services.rules_engine.sources.rules_folder import rule_files
from services.telemetry.domain.decoding import Value, decode
from services.telemetry.domain.judging import quality
from shared.model.registry import Inventory, Point

RULES = Path(__file__).parents[2] / "rules"
CITY = load_inventory(read_folder(RULES, recorded=True))
POINTS = {point.id: point for point in CITY.points}
MOUNTS = {mount.device: mount for mount in CITY.mounts}
MODELS = {model.id: model for model in CITY.models}
KINDS = {kind.id: kind for kind in CITY.kinds}
MODEL_OF = {device.id: MODELS[device.model] for device in CITY.devices}


@cache
def recordings() -> Mapping[str, Recording]:
    return load_recordings(RULES)


@cache
def observed(*names: str) -> tuple[Seen, ...]:
    """What telemetry makes of recordings, each observation at the time that its row tells."""
    return tuple(seen for name in names for uplink in recordings()[name].uplinks() for seen in _decoded(uplink))


def _decoded(uplink) -> Iterator[Seen]:
    model, mount = MODEL_OF[uplink.device], MOUNTS[uplink.device]
    for value in decode(uplink.values, model, KINDS[model.kind], mount):
        assert isinstance(value, Value), value
        judged = quality(value.value, KINDS[model.kind].properties[value.property])
        yield Seen(mount.point, value.property, Sample(value.value, uplink.time, judged))


def of(observations: Iterable[Seen], *points: str) -> list[Seen]:
    """Those of some points."""
    return [seen for seen in observations if seen.point in points]


def made(
    point: str, name: str, start: datetime, step: timedelta, values: Iterable[float | None], kind: str = ""
) -> list[Seen]:
    """A made-up series; None: nothing is observed then. Values are judged as telemetry judges them."""
    known = KINDS[kind or POINTS[point].kind].properties[name]
    return [
        Seen(point, name, Sample(float(value), (start + index * step).astimezone(UTC), quality(value, known)))
        for index, value in enumerate(values)
        if value is not None
    ]


def city(*points: str | Point) -> Inventory:
    """The city with these points alone; one that is not by name stands for that of its id."""
    return structs.replace(CITY, points=tuple(POINTS[each] if isinstance(each, str) else each for each in points))


def moved(point: str, **changed) -> Point:
    """A point as if it lay elsewhere, or had other tags."""
    return structs.replace(POINTS[point], **changed)


@cache
def rule_texts() -> Mapping[str, str]:
    """What stands in the files of rules, by file."""
    return {str(file.relative_to(RULES)): file.read_text(encoding="utf-8") for file in rule_files(RULES)}


def shipped(*names: str, change: Mapping[str, str] | None = None) -> list[Rule]:
    """Shipped rules by id; ``change``: with other words for some that stand in their files."""
    texts = {file: text for file, text in rule_texts().items() if any(f"id: {name}\n" in text for name in names)}
    for old, new in (change or {}).items():
        assert any(old in text for text in texts.values()), old
        texts = {file: text.replace(old, new) for file, text in texts.items()}
    found = {rule.id: rule for file, text in texts.items() for rule in load(text, file).rules}
    return [found[name] for name in names]


def watching(names: Iterable[str], inventory: Inventory, change: Mapping[str, str] | None = None) -> RuleBook:
    """The book of shipped rules over an inventory, each of which runs there."""
    names = list(names)
    book = book_of(shipped(*names, change=change), inventory)
    assert set(book.rules) == set(names)
    return book


def happened(
    book: RuleBook, observations: Iterable[Seen], until: datetime | None = None, since: datetime | None = None
) -> list[Event]:
    """What became of the alerts, renewed leases left out; ``until``: the end of the observations, by default."""
    observations = list(observations)
    end = until or max(seen.moment for seen in observations)
    return [event for event in Play(book).run(observations, end, since) if event.transition.kind is not Change.RENEWED]


def told(events: Iterable[Event], rule: str, subject: str | None = None, zone: str = "UTC") -> list[tuple[str, str]]:
    """What became of a rule's alerts and when it came about, on the clock of a zone."""
    return [
        (str(event.transition.kind), f"{event.transition.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}")
        for event in events
        if event.rule == rule and subject in (None, event.subject)
    ]


def truths(book: RuleBook, rule: str, subject: str, observations: Iterable[Seen], level: int = 0) -> list[datetime]:
    """The instants at which the condition of a rule holds, by what was to be seen then; UTC."""
    play = Play(book)
    condition = book.rules[rule].levels[level].when
    found = []
    ordered = sorted(observations, key=lambda seen: seen.moment)
    for moment, instant in groupby(ordered, key=lambda seen: seen.moment):
        assert list(play.run(instant, moment)) is not None
        if condition.decide_in(play.scene((rule, subject), moment, moment)):
            found.append(moment)
    return found
