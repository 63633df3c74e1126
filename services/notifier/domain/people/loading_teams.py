"""Turns the text of ``teams.yaml`` into teams, or into all its problems at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import time
from typing import Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.people.preferring import Preference
from services.notifier.domain.people.team import Person, Team, Teams
from services.notifier.domain.written_entries import read_entry
from shared.documents import Document, Path, did_you_mean, read
from shared.errors import ProblemsFound
from shared.model.alerts import SEVERITIES
from shared.problems import Problem

S = TypeVar("S", bound=msgspec.Struct)

_E164: Final = re.compile(r"\+[1-9]\d{6,14}")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)*\.[A-Za-z]{2,}", re.ASCII)
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]*")
_SECTIONS: Final = ("people", "teams")


class _WrittenPreference(msgspec.Struct, rename={"begins": "from", "ends": "to"}, forbid_unknown_fields=True):
    by: list[Medium]
    severity: list[str] = []
    begins: str = "00:00"
    ends: str = "00:00"


class _WrittenPerson(msgspec.Struct):
    id: str
    name: str
    role: str
    phone: str | int | None = None
    email: str | None = None
    webhook: str | None = None
    language: Language = Language.FRENCH
    channels: list[_WrittenPreference] = []


class _WrittenTeam(msgspec.Struct):
    id: str
    title: str
    channels: list[Medium]
    members: list[str]
    owner_of: str | None = None
    webhook: str | None = None
    on_call: str | None = None


def load_teams(text: str, file: str) -> Teams:
    """Read the file.

    Raises:
        ProblemsFound: with all problems, each with its place.
    """
    document = read(text, file)
    reading = _Reading(document)
    reading.check_root()
    people = reading.people()
    teams = reading.teams(people)
    fallback = reading.fallback(teams)
    if reading.problems or fallback is None:
        raise ProblemsFound(sorted(set(reading.problems), key=lambda found: (found.span.line, found.span.column)))
    return Teams(teams, fallback, people)


class _Reading:
    """One document, and the problems found so far."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._named = frozenset(_ids_in(document.data))
        self.problems: list[Problem] = []

    def note(self, path: Path, slug: str, message: str, hint: str | None = None) -> None:
        self.problems.append(self._document.problem(path, slug, message, hint))

    def check_root(self) -> None:
        if not isinstance(self._document.data, dict):
            raise ProblemsFound([self._document.problem((), "shape", "sections are wanted here: people, teams")])
        self.problems.extend(self._document.unknown_keys((), (*_SECTIONS, "fallback")))

    def people(self) -> dict[str, Person]:
        found: dict[str, Person] = {}
        for path, written in self._each("people", _WrittenPerson):
            self._check_id(path, written.id, found)
            if written.phone is None and written.email is None and written.webhook is None:
                self.note(path, "unreachable", f"'{written.id}' has neither phone nor email")
            found[written.id] = Person(
                id=written.id,
                name=written.name,
                role=written.role,
                phone=self._phone(path, written.phone),
                email=self._email(path, written.email),
                webhook=self._webhook(path, written.webhook),
                language=written.language,
                channels=tuple(self._preferences((*path, "channels"), written)),
            )
        return found

    def teams(self, people: Mapping[str, Person]) -> dict[str, Team]:
        found: dict[str, Team] = {}
        for path, written in self._each("teams", _WrittenTeam):
            self._check_id(path, written.id, found)
            self._check_members(path, written, people)
            if any(written.owner_of == team.owner_of for team in found.values() if team.owner_of):
                self.note((*path, "owner_of"), "double-owner", f"'{written.owner_of}' has an owner already")
            team = Team(
                id=written.id,
                title=written.title,
                channels=tuple(dict.fromkeys(written.channels)),
                members=tuple(people[member] for member in dict.fromkeys(written.members) if member in people),
                owner_of=written.owner_of,
                webhook=self._webhook(path, written.webhook),
                on_call=written.on_call,
            )
            if len(team.members) == len(set(written.members)):
                self._check_reach(path, team)
            found[team.id] = team
        return found

    def fallback(self, teams: Mapping[str, Team]) -> Team | None:
        name = self._document.data.get("fallback")
        if not isinstance(name, str) or name not in teams:
            hint = did_you_mean(str(name), teams) or "name the team that is told when another doesn't exist"
            self.note(("fallback",), "unknown-team", f"no team '{name}' to fall back on", hint)
            return None
        if not teams[name].reached_by(Medium.EMAIL):
            self.note(("fallback",), "unreachable", f"'{name}' can't be told by e-mail, which a fallback must be")
        return teams[name]

    def _each(self, section: str, shape: type[S]) -> Iterator[tuple[Path, S]]:
        things = self._document.data.get(section)
        if not isinstance(things, list):
            self.note((section,), "shape", f"a list is wanted under {section}: each begins with '- '")
            return
        for index, _ in enumerate(things):
            path: Path = (section, index)
            if (written := self._written(path, shape)) is not None:
                yield path, written

    def _written(self, path: Path, shape: type[S]) -> S | None:
        found, problems = read_entry(self._document, path, shape)
        self.problems.extend(problems)
        return found

    def _check_id(self, path: Path, name: str, taken: Mapping[str, object]) -> None:
        if not _ID.fullmatch(name):
            self.note((*path, "id"), "id", f"'{name}' can't be an id", "small letters, digits, '-', '_', '.'")
        if name in taken:
            self.note((*path, "id"), "double-id", f"a second '{name}'")

    def _check_members(self, path: Path, written: _WrittenTeam, people: Mapping[str, Person]) -> None:
        for index, member in enumerate(written.members):
            # Whoever is there with a fault has it told already.
            if member not in people and member not in self._named:
                hint = did_you_mean(member, people)
                self.note((*path, "members", index), "unknown-person", f"no person '{member}'", hint)

    def _check_reach(self, path: Path, team: Team) -> None:
        if not team.channels:
            self.note(
                (*path, "channels"),
                "unreachable",
                f"'{team.id}' is told over no channel",
                "sms, email, voice, webhook, or several",
            )
        for index, medium in enumerate(team.channels):
            if not team.reached_by(medium):
                message = f"no member of '{team.id}' can be reached by {medium.value}"
                self.note((*path, "channels", index), "unreachable", message)

    def _preferences(self, path: Path, written: _WrittenPerson) -> Iterator[Preference]:
        for index, wish in enumerate(written.channels):
            self._check_preference((*path, index), wish, written)
            begins, ends = (self._clock((*path, index, key), text) for key, text in _hours_of(wish))
            media = tuple(dict.fromkeys(wish.by))
            yield Preference(media=media, severities=frozenset(wish.severity), begins=begins, ends=ends)

    def _check_preference(self, path: Path, wish: _WrittenPreference, written: _WrittenPerson) -> None:
        for index, severity in enumerate(wish.severity):
            if severity not in SEVERITIES:
                hint = did_you_mean(severity, SEVERITIES) or f"one of {', '.join(SEVERITIES)}"
                self.note((*path, "severity", index), "severity", f"no severity '{severity}'", hint)
        if not wish.by:
            self.note(
                (*path, "by"), "unreachable", f"'{written.id}' is told over no channel then", "sms, email, or both"
            )

    def _clock(self, path: Path, text: str) -> time:
        try:
            return time.fromisoformat(text)
        except ValueError:
            self.note(path, "clock", f"'{text}' is not a time of day", "for example 22:00")
            return time(0)

    def _phone(self, path: Path, written: str | int | None) -> str | None:
        if written is None:
            return None
        number = str(written).replace(" ", "")
        if isinstance(written, int) or not _E164.fullmatch(number):
            hint = "the country's code first, e.g. +33 6 39 98 00 00; without spaces, put it in quotes"
            self.note((*path, "phone"), "phone", f"'{written}' is not a number in E.164", hint)
        return number

    def _email(self, path: Path, written: str | None) -> str | None:
        if written is not None and not _EMAIL.fullmatch(written):
            self.note(
                (*path, "email"), "email", f"'{written}' is not an e-mail address", "for example name@example.org"
            )
        return written

    def _webhook(self, path: Path, written: str | None) -> str | None:
        if written is not None and not _is_web_address(written):
            # The address itself is a secret of the one who gave it: it stands in no message.
            hint = "for example https://crise.example.org/vigie; a name and a password have no place in it"
            self.note((*path, "webhook"), "webhook", "that is no address that notices can be posted to", hint)
        return written


def _ids_in(data: object) -> Iterator[str]:
    people = data.get("people") if isinstance(data, dict) else None
    for person in people if isinstance(people, list) else ():
        if isinstance(person, dict) and isinstance(person.get("id"), str):
            yield person["id"]


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return (
            parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc
        )
    except ValueError:
        return False


def _hours_of(wish: _WrittenPreference) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("from", wish.begins), ("to", wish.ends)
