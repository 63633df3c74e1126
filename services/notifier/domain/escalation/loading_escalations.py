"""Turns the text of ``rules/notifier/escalations.yaml`` into policies, or into all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, Final

import msgspec

from services.notifier.domain.channel import Medium
from services.notifier.domain.escalation.escalation import OWN, Applies, Policies, Policy, Step
from services.notifier.domain.people.team import Teams
from services.notifier.domain.written_entries import read_entry
from shared.documents import Document, Path, did_you_mean, read
from shared.errors import ProblemsFound
from shared.model.alerts import SEVERITIES, Criticality
from shared.problems import Problem
from shared.units import UnitError, parse_duration

FILE: Final = "notifier/escalations.yaml"
"""Where it stands below the folder of rules."""

_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SHORTEST: Final = timedelta(minutes=1)
_MOST_REPEATS: Final = 20
_APPLIES: Final = ("criticality", "severity", "directorate", "rule")
_MEDIA: Final = tuple(medium.value for medium in Medium)
_CRITICALITIES: Final = tuple(item.value for item in Criticality)
_Some = str | list[str]


class _WrittenStep(msgspec.Struct):
    after: str
    team: _Some = []
    person: _Some = []
    everyone_of: _Some = []
    on_call: _Some = []
    again: bool = False
    by: _Some = []


class _WrittenPolicy(msgspec.Struct):
    id: str
    title: str
    steps: list[Any]
    applies_to: dict[str, _Some] = {}
    repeat: int = 0
    repeat_after: str | None = None
    remind_after: str | None = None
    unacknowledge_after: str | None = None


def load_policies(
    text: str, file: str, teams: Teams, media: Iterable[Medium] = tuple(Medium), schedules: Iterable[str] = ()
) -> Policies:
    """Read the file.

    Args:
        media: those that some channel carries.
        schedules: ids of those of ``on-call.yaml``.

    Raises:
        ProblemsFound: with all problems, each with its place.
    """
    reading = _Reading(read(text, file), teams, tuple(medium.value for medium in media), tuple(schedules))
    policies = tuple(reading.policies())
    reading.check_order(policies)
    if reading.problems:
        raise ProblemsFound(sorted(set(reading.problems), key=lambda found: (found.span.line, found.span.column)))
    return Policies(policies)


class _Reading:
    """One document, and the problems found so far."""

    def __init__(self, document: Document, teams: Teams, media: tuple[str, ...], schedules: tuple[str, ...]) -> None:
        self._document = document
        self._schedules = schedules
        self._media = media
        self._teams = tuple(teams.by_id)
        self._people = tuple({person.id for team in teams.by_id.values() for person in team.members})
        self._directorates = tuple(team.owner_of for team in teams.by_id.values() if team.owner_of)
        self.problems: list[Problem] = []

    def policies(self) -> Iterator[Policy]:
        data = self._document.data
        if not isinstance(data, dict) or not isinstance(data.get("policies"), list):
            self._note(("policies",), "shape", "a list is wanted here: policies:, each begins with '- '")
            return
        self.problems.extend(self._document.unknown_keys((), ("policies",)))
        taken: set[str] = set()
        for index, _ in enumerate(data["policies"]):
            path: Path = ("policies", index)
            if (written := self._written(path, _WrittenPolicy)) is not None:
                self._check_id(path, written.id, taken)
                yield self._policy(path, written)

    def check_order(self, policies: Iterable[Policy]) -> None:
        """One behind another that takes all that it is for would never be asked."""
        before: list[Policy] = []
        for index, policy in enumerate(policies):
            if (hides := next((other for other in before if other.applies.covers(policy.applies)), None)) is not None:
                message = f"'{policy.id}' is never used: '{hides.id}' above is for all that it is for"
                self._note(("policies", index), "never-used", message, "the first that applies is used: move it up")
            before.append(policy)

    def _policy(self, path: Path, written: _WrittenPolicy) -> Policy:
        steps = tuple(self._steps(path, written))
        if not written.steps:
            self._note((*path, "steps"), "no-steps", f"'{written.id}' has no step", "- {after: 5 min, team: ...}")
        if not 0 <= written.repeat <= _MOST_REPEATS:
            self._note((*path, "repeat"), "repeat", f"repeat is a number from 0 to {_MOST_REPEATS}")
        if written.repeat and written.repeat_after is None:
            hint = "repeat_after: 10 min, since the last step"
            self._note((*path, "repeat"), "repeat", "a policy that repeats says after how long", hint)
        return Policy(
            id=written.id,
            title=written.title,
            applies=self._applies(path, written.applies_to),
            steps=steps,
            repeats=written.repeat,
            repeats_after=self._duration((*path, "repeat_after"), written.repeat_after) or _SHORTEST,
            remind_after=self._duration((*path, "remind_after"), written.remind_after),
            unacknowledge_after=self._duration((*path, "unacknowledge_after"), written.unacknowledge_after),
        )

    def _steps(self, path: Path, policy: _WrittenPolicy) -> Iterator[Step]:
        for index, _ in enumerate(policy.steps):
            here = (*path, "steps", index)
            written = self._written(here, _WrittenStep)
            if written is None:
                continue
            after = self._duration((*here, "after"), written.after, timedelta(0) if index == 0 else _SHORTEST)
            step = Step(
                after=_SHORTEST if after is None else after,
                teams=self._known((*here, "team"), written.team, self._teams, "team"),
                people=self._known((*here, "person"), written.person, self._people, "person"),
                everyone_of=self._known(
                    (*here, "everyone_of"), written.everyone_of, (OWN, *self._directorates), "directorate"
                ),
                on_call=self._known((*here, "on_call"), written.on_call, self._schedules, "schedule"),
                again=written.again,
                by=self._by((*here, "by"), written.by),
            )
            if not (written.team or written.person or written.everyone_of or written.on_call or written.again):
                hint = "team:, person:, on_call:, everyone_of: or again: true"
                self._note(here, "nobody", "this step tells nobody", hint)
            yield step

    def _by(self, path: Path, written: _Some) -> tuple[Medium, ...]:
        for index, name in enumerate(_listed(written)):
            if name not in self._media:
                known = name == "voice" or name in _MEDIA
                message = f"'{name}' is not available here" if known else f"no medium '{name}'"
                hint = did_you_mean(name, self._media) or f"one of: {', '.join(self._media)}"
                self._note(_place(path, written, index), "unknown-medium", message, hint)
        return tuple(dict.fromkeys(Medium(name) for name in _listed(written) if name in self._media))

    def _applies(self, path: Path, written: dict[str, _Some]) -> Applies:
        here = (*path, "applies_to")
        if written:
            self.problems.extend(self._document.unknown_keys(here, _APPLIES))
        allowed = {"criticality": _CRITICALITIES, "severity": SEVERITIES, "directorate": self._directorates}
        found = {
            name: self._known((*here, name), written.get(name, []), words, name) for name, words in allowed.items()
        }
        # Rules are not read here: whether there is one of that id is the rules' own affair.
        rules = frozenset(_listed(written.get("rule", [])))
        return Applies(**{name: frozenset(words) for name, words in found.items()}, rule=rules)

    def _known(self, path: Path, written: _Some, known: Iterable[str], what: str) -> tuple[str, ...]:
        names = tuple(known)
        for index, name in enumerate(_listed(written)):
            if name not in names:
                hint = did_you_mean(name, names) or f"one of: {', '.join(names)}"
                self._note(_place(path, written, index), f"unknown-{what}", f"no {what} '{name}'", hint)
        return tuple(dict.fromkeys(name for name in _listed(written) if name in names))

    def _duration(self, path: Path, written: str | None, least: timedelta = _SHORTEST) -> timedelta | None:
        if written is None:
            return None
        try:
            found = parse_duration(written)
        except UnitError as error:
            self._note(path, "duration", str(error))
            return None
        if found < least:
            hint = "who is told needs time to answer; only a first step may come after 0 min"
            self._note(path, "duration", f"'{written}' is shorter than a minute", hint)
        return found

    def _check_id(self, path: Path, name: str, taken: set[str]) -> None:
        if not _ID.fullmatch(name):
            self._note((*path, "id"), "id", f"'{name}' can't be an id", "small letters, digits, '-', '_', '.'")
        if name in taken:
            self._note((*path, "id"), "double-id", f"a second '{name}'")
        taken.add(name)

    def _written(self, path: Path, shape: type[Any]) -> Any:
        found, problems = read_entry(self._document, path, shape)
        self.problems.extend(problems)
        return found

    def _note(self, path: Path, slug: str, message: str, hint: str | None = None) -> None:
        self.problems.append(self._document.problem(path, slug, message, hint))


def _listed(written: _Some) -> list[str]:
    return [written] if isinstance(written, str) else written


def _place(path: Path, written: _Some, index: int) -> Path:
    return path if isinstance(written, str) else (*path, index)
