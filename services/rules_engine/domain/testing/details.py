"""Compares what came when it was expected: who was told what, which lights were asked for, how the alert stands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from services.rules_engine.domain.testing.case import ExpectedChange, ExpectedState, ExpectedValue, Light
from services.rules_engine.domain.testing.running import Happened, Standing
from services.rules_engine.domain.texts import UNKNOWN_VALUE
from shared.model.registry import Text
from shared.units import Quantity

_TRUTHS: Final = {True: "true", False: "false", None: "unknown"}
_NOBODY: Final = Text("personne", "nobody")
_NONE: Final = Text("aucun", "none")


def differences(wanted: ExpectedChange, found: Happened) -> Iterator[Text]:
    """What is otherwise than expected; what was left open is not looked at."""
    if wanted.severity is not None and wanted.severity is not found.severity:
        yield _otherwise("severity", wanted.severity, found.severity)
    resolution = None if found.told is None else found.told.resolution
    if wanted.because is not None and wanted.because.value != resolution:
        yield _otherwise("because", wanted.because, resolution or "-")
    yield from _told(wanted, found)
    yield from _lit(wanted, found)
    for name, value in wanted.values.items():
        shown = _value_difference(name, value, found)
        if shown is not None:
            yield _otherwise(name, _as_written(value), shown)


def standing_differences(wanted: ExpectedState, standing: Standing) -> Iterator[Text]:
    """How an alert stands otherwise than expected."""
    if wanted.phase is not None and wanted.phase is not standing.phase:
        yield _otherwise("state", wanted.phase, standing.phase)
    elif wanted.severity is not None and wanted.severity is not standing.severity:
        yield _otherwise("severity", wanted.severity, standing.severity or "-")
    if wanted.asked and wanted.truth is not standing.trace.truth:
        yield _otherwise("truth", _TRUTHS[wanted.truth], _TRUTHS[standing.trace.truth])


def _told(wanted: ExpectedChange, found: Happened) -> Iterator[Text]:
    requests = () if found.told is None else found.told.notify
    if wanted.teams is not None and set(wanted.teams) != set(found.teams):
        yield _otherwise("notifies", _names(wanted.teams, _NOBODY), _names(found.teams, _NOBODY))
    for text in wanted.says:
        if not any(text in request.message for request in requests):
            messages = " / ".join(dict.fromkeys(f"« {request.message} »" for request in requests)) or "-"
            yield _otherwise("says", f"« {text} »", messages)


def _lit(wanted: ExpectedChange, found: Happened) -> Iterator[Text]:
    if wanted.lights is not None:
        held = {each.group: each.level for each in found.held}
        asked = {each.group: held.get(each.group) if each.level is None else each.level for each in wanted.lights}
        if asked != held:
            lights = [Light(each.group, each.level) for each in found.held]
            yield _otherwise("lights", _lights(wanted.lights), _lights(lights))
    if wanted.releases is not None and set(wanted.releases) != set(found.released):
        yield _otherwise("releases", _names(wanted.releases, _NONE), _names(found.released, _NONE))


def _value_difference(name: str, wanted: ExpectedValue, found: Happened) -> str | None:
    """The value as it was told, if it is not the expected one."""
    if name == "members":
        members = () if found.told is None else found.told.points
        return None if isinstance(wanted, tuple) and set(wanted) == set(members) else ", ".join(members) or "-"
    told = found.values[name]
    if isinstance(wanted, Quantity | float):
        return None if told.is_told_as(wanted) else told.text
    return None if told.text == (UNKNOWN_VALUE if wanted is None else wanted) else told.text


def _as_written(value: ExpectedValue) -> str:
    if isinstance(value, Quantity):
        return f"{value.value:g} {value.unit}"
    if isinstance(value, tuple):
        return ", ".join(value)
    return "unknown" if value is None else f"{value:g}" if isinstance(value, float) else value


def _otherwise(name: str, wanted: str | Text, found: str | Text) -> Text:
    texts = [each if isinstance(each, Text) else Text(each, each) for each in (wanted, found)]
    return Text(
        f"{name} : attendu {texts[0].fr}, venu {texts[1].fr}", f"{name}: expected {texts[0].en}, came {texts[1].en}"
    )


def _names(names: Collection[str], none: Text) -> str | Text:
    return ", ".join(sorted(names)) if names else none


def _lights(lights: Collection[Light]) -> str | Text:
    shown = [each.group if each.level is None else f"{each.group} {each.level} %" for each in lights]
    return _names(shown, _NONE)
