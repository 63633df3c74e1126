"""What a disturbed trial may show otherwise than an undisturbed one: what a death of the notifier left in doubt."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from tests.wire.expecting import Expected, comparable
from tests.wire.platform import Platform
from tests.wire.trial import Doubles, Message

_UNCERTAIN: Final = "uncertain"
# Of ``comparable``'s rows of notifications: where the id and the state are.
_ID, _STATE = 0, 6


@dataclass(frozen=True)
class Doubt:
    """A notification of which nobody knows whether an attempt reached somebody.

    Attributes:
        message: to whom, and what.
        is_again: it was sent again, since its rule is vital.
    """

    id: str
    medium: str
    message: Message
    is_vital: bool
    is_again: bool


@dataclass(frozen=True)
class Account:
    """How a trial compares with what was expected.

    Attributes:
        differences: tables whose rows are others, with the first row that is; a state in doubt is none.
        doubts: the notifications in doubt.
        lost, twice: messages that nobody got, and that somebody got too often, for which there is no doubt.
        told_again: messages that somebody got twice for a doubt.
        faults: what was wrong with requests to Twilio.
    """

    differences: list[str]
    doubts: list[Doubt]
    lost: Counter[Message] = field(default_factory=Counter)
    twice: Counter[Message] = field(default_factory=Counter)
    told_again: int = 0
    faults: list[str] = field(default_factory=list)

    def is_good(self, notifier_kills: int) -> bool:
        """Whether all is as expected but for doubts, and there is a kill of the notifier for each of them."""
        wrong = self.differences or self.lost or self.twice or self.faults
        only_vital = all(doubt.is_vital for doubt in self.doubts if doubt.is_again)
        return not wrong and only_vital and len(self.doubts) <= notifier_kills


def account(platform: Platform, doubles: Doubles, expected: Expected) -> Account:
    """Compare a trial that has ended with what was expected."""
    doubts = doubts_of(platform)
    wanted, told = expected.texts + expected.letters, doubles.texts() + doubles.letters()
    surplus, missing = told - wanted, wanted - told
    may_surplus = Counter(doubt.message for doubt in doubts if doubt.is_again)
    may_miss = Counter(doubt.message for doubt in doubts if not doubt.is_again)
    return Account(
        differences=_differences(comparable(platform.rows), expected, {doubt.id for doubt in doubts}),
        doubts=doubts,
        lost=missing - may_miss,
        twice=surplus - may_surplus,
        told_again=(surplus & may_surplus).total(),
        faults=list(doubles.twilio.faults),
    )


def doubts_of(platform: Platform) -> list[Doubt]:
    """The notifications of which the notifier itself says that it does not know."""
    columns = "id, medium, address, subject, body, criticality, state"
    query = f"SELECT {columns} FROM notifier.notification WHERE doubts > 0 OR state = %s"  # noqa: S608
    return [
        Doubt(
            identifier,
            medium,
            (address, body if medium == "sms" else f"{subject}\n{body}"),
            criticality == "vital",
            state != _UNCERTAIN,
        )
        for identifier, medium, address, subject, body, criticality, state in platform.schemas.sql(query, (_UNCERTAIN,))
    ]


def _differences(found: dict[str, list[tuple[Any, ...]]], expected: Expected, doubtful: set[str]) -> list[str]:
    differences = []
    for table, content in expected.rows.items():
        rows, wanted = (_without_states(some, doubtful, table) for some in (found[table], content))
        if rows != wanted:
            first = next((pair for pair in zip(rows, wanted, strict=False) if pair[0] != pair[1]), "only the number")
            differences.append(f"{table}: {len(rows)} rows for {len(wanted)}; {first}")
    return differences


def _without_states(rows: list[tuple[Any, ...]], doubtful: set[str], table: str) -> list[tuple[Any, ...]]:
    """The rows; those of notifications in doubt without their states."""
    if table != "notification":
        return rows
    return [(*row[:_STATE], *row[_STATE + 1 :]) if row[_ID] in doubtful else row for row in rows]
