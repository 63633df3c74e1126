"""What a trial must lead to, taken from an embedded city that played the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from shared.documents import read
from tests.component.reading import RESULT, rows

_LEFT_OUT: Final = ("outbox_message",)
# What names the way of an uplink or the channel of a notice, which are others here, and nothing else.
_WAYS: Final = {
    "notification": "id, kind, incident, team, person, medium, state, subject, body, queued_at",
    "override": 'id, source, by, alert, rule, owner, "group", level, reason, day, ramp_s, at_most_s, starts_at,'
    " asked_at, lease_until, standing, used_s, counted_until, used_up_at, due_at",
}
Read = Callable[[str, str, str], list[tuple[Any, ...]]]


def comparable(read: Read) -> dict[str, list[tuple[Any, ...]]]:
    """All that a run led to, by table, whatever carried observations and notices."""
    return {
        table: read(service, table, _WAYS.get(table, columns))
        for service, table, columns in RESULT
        if table not in _LEFT_OUT
    }


class Expected:
    """What an embedded city did.

    Attributes:
        transitions: rule, kind, point and time of each.
        texts, letters: how often each person's address was to get each message.
        rows: as ``comparable`` gives them.
    """

    def __init__(self, data: Path, rules: Path) -> None:
        self.rows = comparable(partial(rows, data))
        self.transitions = {
            (rule, kind, point, datetime.fromisoformat(at).replace(tzinfo=UTC))
            for rule, kind, point, at in rows(data, "rules_engine", "transition", "rule, kind, point, at")
        }
        teams = read((rules / "teams.yaml").read_text(encoding="utf-8"), "teams.yaml").data
        phone = {person["id"]: person.get("phone", "").replace(" ", "") for person in teams["people"]}
        email = {person["id"]: person["email"] for person in teams["people"]}
        told = rows(data, "notifier", "notification", "medium, person, subject, body")
        self.texts = Counter((phone[person], body) for medium, person, _, body in told if medium == "sms")
        self.letters = Counter(
            (email[person], f"{subject}\n{body}") for medium, person, subject, body in told if medium == "email"
        )
