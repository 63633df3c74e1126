"""Plays what was recorded, or made up, through the rules as they are shipped, and nothing but the rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path

from services.console.scenario_files import load_scenarios
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.rules_engine.domain.book import RuleBook, book_of
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.playing import Event, Play, Seen
from services.rules_engine.domain.rendering import lighting_requests, notifications
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.scene import Scene
from services.telemetry.domain.decoding import Value, decode
from shared.model.alerts import NotifyRequest
from shared.model.lighting import LightingRequested
from tests.recorded import rows_of

RULES = Path(__file__).parents[1] / "rules"
CITY = load_inventory(read_folder(RULES, recorded=True))
"""The inventory with the points at which recordings were made."""

_KINDS = {kind.id: kind for kind in CITY.kinds}
_MODELS = {model.id: model for model in CITY.models}
_MODEL_OF = {device.id: _MODELS[device.model] for device in CITY.devices}
_MOUNT_OF = {mount.device: mount for mount in CITY.mounts}


@cache
def _texts() -> dict[str, str]:
    """The rule files by name: those of directorates, each a list of rules."""
    files = (file for file in sorted(RULES.glob("*/*.yaml")) if file.parent.name not in ("inventory", "kinds"))
    texts = {file.relative_to(RULES).as_posix(): file.read_text(encoding="utf-8") for file in files}
    return {name: text for name, text in texts.items() if "\n- id: " in f"\n{text}"}


def ids_of(directorate: str) -> tuple[str, ...]:
    """The ids of the shipped rules of a directorate."""
    texts = (text for name, text in _texts().items() if name.startswith(f"{directorate}/"))
    return tuple(
        line.removeprefix("- id: ") for text in texts for line in text.splitlines() if line.startswith("- id:")
    )


def shipped(*ids: str, instead: dict[str, str] | None = None) -> RuleBook:
    """The book of these shipped rules alone.

    Args:
        instead: texts that are replaced in their files, each by another, for a variant of them.
    """
    chosen = {name: text for name, text in _texts().items() if any(f"- id: {one}\n" in text for one in ids)}
    for old, new in (instead or {}).items():
        assert any(old in text for text in chosen.values()), old
        chosen = {name: text.replace(old, new) for name, text in chosen.items()}
    loaded = [load(text, name, Known(CITY)) for name, text in chosen.items()]
    # The tests of a rule are about the rule as it is shipped, not about a variant of it.
    problems = [problem for each in loaded for problem in each.problems if problem.severity == "error"]
    assert [problem for problem in problems if not (instead and problem.slug == "test-wrong")] == []
    rules = {rule.id: rule for each in loaded for rule in each.rules}
    return book_of([rules[one] for one in ids], CITY)


def observed(recording: str) -> list[Seen]:
    """What the devices of a recording said, as observations at their points; their models give path, scale and unit."""
    return [
        each
        for row in rows_of(recording)
        for each in _seen(row.device, row.at, {name: float(text) for name, text in row.cells.items() if text})
    ]


def played(scenario: str, *directorates: str) -> dict[str, list[Seen]]:
    """What the devices of each directorate say in a scenario, each when it arrives."""
    found: dict[str, list[Seen]] = {name: [] for name in directorates}
    for moment, uplinks in load_scenarios(RULES)[scenario].instants():
        for uplink in uplinks:
            if uplink.directorate in found:
                found[uplink.directorate] += _seen(uplink.device, uplink.time, uplink.values, moment)
    return found


def _seen(
    device: str, at: datetime, said: Mapping[str, float | None], arrives: datetime | None = None
) -> Iterator[Seen]:
    for value in _values(device, said):
        yield Seen(_MOUNT_OF[device].point, value.property, Sample(value.value, at), arrives)


def _values(device: str, said: Mapping[str, float | None]) -> Iterator[Value]:
    model = _MODEL_OF[device]
    for value in decode(said, model, _KINDS[model.kind], _MOUNT_OF[device]):
        assert isinstance(value, Value), value
        yield value


def events(book: RuleBook, seen: Sequence[Seen], until: datetime | None = None) -> list[Event]:
    """What became of alerts until a moment; None: when the last observation comes."""
    return list(Play(book).run(seen, until or max(each.moment for each in seen)))


def brief(some: Iterable[Event], *kinds: str) -> list[tuple[str, str, datetime]]:
    """Subject, what became of its alert, and when, of these kinds of changes or of all but renewals."""
    told = [(event.subject, event.transition.kind.value, event.transition.at) for event in some]
    return [each for each in told if (each[1] in kinds if kinds else each[1] != "renewed")]


def scenes(book: RuleBook, rule: str, subject: str, seen: Sequence[Seen]) -> Iterator[tuple[datetime, Scene]]:
    """What a rule sees of its subject after each instant of observation."""
    play = Play(book)
    for moment, some in groupby(seen, key=lambda each: each.moment):
        list(play.run(list(some), moment))
        yield moment, play.scene((rule, subject), moment, moment)


def requests(book: RuleBook, event: Event) -> tuple[NotifyRequest, ...]:
    """Whom an event asks to be told, and in which words."""
    return notifications(book.rules[event.rule], event.transition, book.subject(*event.key), event.scene, book)


def told(book: RuleBook, seen: Sequence[Seen], until: datetime | None = None) -> list[tuple[datetime, NotifyRequest]]:
    """Whom alerts that begin or worsen ask to be told, as they come."""
    found: list[tuple[datetime, NotifyRequest]] = []
    for event in Play(book).run(seen, until or max(each.moment for each in seen)):
        if event.transition.kind.value in ("fired", "worsened"):
            found += [(event.transition.at, request) for request in requests(book, event)]
    return found


def lit(book: RuleBook, event: Event) -> tuple[LightingRequested, ...]:
    """What an event asks of lamps."""
    return lighting_requests(book.rules[event.rule], event.transition, book.subject(*event.key), book)
