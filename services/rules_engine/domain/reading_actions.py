"""Reads what a rule does when it fires: who is told, which lights are held."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from services.rules_engine.domain.action import Action, LightAction, NotifyAction
from services.rules_engine.domain.fields import Fields, described
from services.rules_engine.domain.rule import Place
from shared.documents import did_you_mean
from shared.problems import Problem

NOTIFY = ("team", "message", "digest")
LIGHT = ("group", "area", "level", "at_most", "reason", "day", "ramp")


def read_actions(fields: Fields) -> Iterator[Action]:
    """The actions under ``then``."""
    written = fields.value("then")
    if not isinstance(written, list) or not written:
        if fields.has("then"):
            fields.fault(
                "then", f"'then' is {described(written)}; it must be a list of actions", "- notify: {team: ...}"
            )
        return
    for index, each in enumerate(written):
        action = _action(fields.at("then", index), each, fields.problems)
        if action is not None:
            yield action


def _action(place: Place, written: Any, problems: list[Problem]) -> Action | None:
    readers = {"notify": _notify, "light": _light}
    names = list(written) if isinstance(written, dict) else []
    if len(names) != 1 or names[0] not in readers:
        known = " or ".join(f"{name}:" for name in readers)
        near = next((hint for name in names if (hint := did_you_mean(name, readers))), None)
        problems.append(place.problem("unknown-action", f"an action begins with {known}", hint=near))
        return None
    return readers[names[0]](Place(place.document, (*place.path, names[0])), problems)


def _notify(place: Place, problems: list[Problem]) -> NotifyAction | None:
    fields = Fields(place, problems, NOTIFY)
    fields.required("team", "message")
    team, message, digest = fields.text("team"), fields.text("message"), fields.clock_time("digest")
    return None if team is None or message is None else NotifyAction(team, message, digest)


def _light(place: Place, problems: list[Problem]) -> LightAction | None:
    fields = Fields(place, problems, LIGHT)
    fields.required("level", "reason", *(() if fields.has("area") else ("group",)))
    if fields.has("group") and fields.has("area"):
        fields.fault("area", "lights are of a group or of an area", "leave out one of the two")
    group, area = fields.text("group"), fields.text("area")
    level, reason = fields.percent("level"), fields.text("reason")
    at_most, day, ramp = fields.duration("at_most"), fields.flag("day"), fields.duration("ramp") or timedelta()
    if level is None or reason is None or (group is None and area is None):
        return None
    return LightAction(group or "", level, reason, at_most, day, ramp, area)
