"""What is said of an incident itself: that nobody took it up, that somebody did, that nobody does any more; and of
who can be told at all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class IncidentFacts:
    """Of an open incident. Times are Paris's.

    Attributes:
        message: the rule's words.
        waited: how long nobody has taken it up, or how long ago somebody did.
        by: who takes care, or did; empty: nobody.
        comment: that person's words.
        note: why a person is told who wasn't asked for.
    """

    code: str
    severity: str
    title: str
    message: str
    since: str
    since_long: str
    waited: str
    by: str
    comment: str
    note: str


@dataclass(frozen=True, kw_only=True)
class OptOutFacts:
    """Of somebody who wants no more text messages.

    Attributes:
        person: as colleagues know the person; no number.
        teams: that are told by text message, by their titles.
    """

    person: str
    teams: tuple[str, ...]
    moment: str


@dataclass(frozen=True, kw_only=True)
class FilesRefusedFacts:
    """Of changed files, of people and schedules or of lighting, that are wrong.

    Attributes:
        problems: each with its place, the first ones.
        more: how many there are besides.
    """

    problems: tuple[str, ...]
    more: int
    moment: str
