"""A silence as somebody asks for it, judged and made into one; every fault is named at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import msgspec

from services.notifier.domain.codes import code_of
from services.notifier.domain.incidents.incident import derived_id
from services.notifier.domain.muting.matching import MatcherError, new_matcher
from services.notifier.domain.muting.recurring import DAYS, Recurrence
from services.notifier.domain.muting.silence import REMINDER, Silence
from shared.civil_time import moment_of
from shared.errors import InputError
from shared.units import UnitError, parse_duration

LONGEST: Final = timedelta(days=366)
"""A silence that nobody looks at for longer is a rule that should be changed."""

_SHORTEST_REASON: Final = 3
_LONGEST_REASON: Final = 500


class Recurring(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"begins": "from", "ends": "to"}):
    """``weekdays`` of mon, tue...; ``from`` and ``to`` are times of the clock in Paris; ``until`` the last day."""

    weekdays: list[str]
    begins: str
    ends: str
    until: str


class WantedSilence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked for.

    Attributes:
        starts_at, ends_at: RFC 3339, or ``2026-10-25 02:30`` by the clocks of Paris; no start: now.
        lasts: in place of ``ends_at``: ``4 h``.
        recurring: in place of both.
    """

    matchers: list[str]
    owner: str
    reason: str
    starts_at: str | None = None
    ends_at: str | None = None
    lasts: str | None = None
    recurring: Recurring | None = None
    including_vital: bool = False


class BadSilence(InputError):
    """What is asked for makes no silence; ``faults`` says all that is wrong."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


def silence_of(
    wanted: WantedSilence, actor: str, now: datetime, is_someone: Callable[[str], bool], key: str | None = None
) -> Silence:
    """The silence.

    Args:
        is_someone: whether there is a person or team of a name, who can own it.
        key: the asker's own word for this request; None: each request is one of its own.

    Raises:
        BadSilence: with every fault.
    """
    faults = [*_texts(wanted, is_someone), *_matchers(wanted)]
    times = _Times(wanted, now)
    faults += times.faults
    if faults or times.ends_at is None:
        raise BadSilence(faults)
    spoken = msgspec.json.encode(wanted).decode()
    own = ("silence", spoken, actor, now.isoformat()) if key is None else ("silence asked once", actor, key)
    request = derived_id(*own)
    return Silence(
        id=silence_id(request),
        matchers=tuple(text.strip() for text in wanted.matchers),
        owner=wanted.owner,
        reason=wanted.reason.strip(),
        created_by=actor,
        created_at=now,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        recurrence=times.recurrence,
        including_vital=wanted.including_vital,
        reminder_at=max(times.starts_at, times.ends_at - REMINDER),
        request=request,
        asked=derived_id("asked", spoken),
    )


def silence_id(request: str, turn: int = 0) -> str:
    """How people call the silence of a request, like ``S-7K3Q``. ``turn``: where others have the first ids."""
    return "S" + code_of(request, turn)[1:]


def _texts(wanted: WantedSilence, is_someone: Callable[[str], bool]) -> Iterator[str]:
    if not _SHORTEST_REASON <= len(wanted.reason.strip()) <= _LONGEST_REASON:
        span = f"{_SHORTEST_REASON} à / to {_LONGEST_REASON}"
        yield f"reason: {span} caractères, pour qui demandera pourquoi / characters, for whoever asks why"
    if not is_someone(wanted.owner):
        name = wanted.owner
        yield f"owner: ni personne ni équipe « {name} » dans teams.yaml / no person or team '{name}' in teams.yaml"


def _matchers(wanted: WantedSilence) -> Iterator[str]:
    if not wanted.matchers:
        yield "matchers: au moins un, comme / at least one, such as rule=gemapi.*"
    for text in wanted.matchers:
        try:
            new_matcher(text)
        except MatcherError as error:
            yield f"matchers: {error}"


@dataclass
class _Times:
    """When it begins and ends, and how it comes again."""

    wanted: WantedSilence
    now: datetime

    def __post_init__(self) -> None:
        self.faults: list[str] = []
        self.starts_at = self._moment("starts_at", self.wanted.starts_at) or self.now
        self.recurrence = None if self.wanted.recurring is None else self._recurrence(self.wanted.recurring)
        self.ends_at = self._end()
        if self.ends_at is not None and self.ends_at <= max(self.starts_at, self.now):
            self.faults.append("il finirait avant de commencer / it would be over before it begins")
        if self.ends_at is not None and self.ends_at - self.starts_at > LONGEST:
            days = LONGEST.days
            self.faults.append(f"il durerait plus de {days} jours / it would last longer than {days} days")

    def _end(self) -> datetime | None:
        given = [self.wanted.ends_at, self.wanted.lasts, self.wanted.recurring]
        if sum(item is not None for item in given) != 1:
            fault = "dites quand il finit / one of ends_at, lasts and recurring says when it ends"
            self.faults.append(fault)
            return None
        if self.wanted.recurring is not None:
            end = None if self.recurrence is None else self.recurrence.last_end()
            if end is None and self.recurrence is not None:
                fault = "recurring: il ne vient jamais avant 'until' / it never comes: no such day before 'until'"
                self.faults.append(fault)
            return end
        if self.wanted.lasts is None:
            return self._moment("ends_at", self.wanted.ends_at)
        try:
            return self.starts_at + parse_duration(self.wanted.lasts)
        except (UnitError, OverflowError) as error:
            self.faults.append(f"lasts: ce n'est pas une durée / {error}")
            return None

    def _recurrence(self, written: Recurring) -> Recurrence | None:
        days = [day.lower()[:3] for day in written.weekdays]
        if not days or any(day not in DAYS for day in days):
            self.faults.append(f"recurring: les jours sont / weekdays are {', '.join(DAYS)}")
            return None
        try:
            return Recurrence(
                weekdays=tuple(sorted({DAYS.index(day) for day in days})),
                begins=time.fromisoformat(written.begins).replace(tzinfo=None),
                ends=time.fromisoformat(written.ends).replace(tzinfo=None),
                until=date.fromisoformat(written.until),
            )
        except ValueError as error:
            ways = "from, to : HH:MM ; until : AAAA-MM-JJ / YYYY-MM-DD"
            self.faults.append(f"recurring: {error} ({ways})")
            return None

    def _moment(self, name: str, text: str | None) -> datetime | None:
        try:
            return None if text is None else moment_of(text)
        except InputError as error:
            self.faults.append(f"{name}: {error}")
            return None
