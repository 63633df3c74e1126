"""Over which media a person wants to be told."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.domain.people.preferring import Preference, preferred
from shared.errors import ProblemsFound

NIGHT = Preference(media=(Medium.SMS,), severities=frozenset({"red"}), begins=time(22), ends=time(7))
NOON = Preference(media=(Medium.EMAIL,), begins=time(12), ends=time(14))


@pytest.mark.parametrize(
    ("hour", "severity", "media"),
    [
        (20, "red", None),
        (21, "red", (Medium.SMS,)),
        (3, "red", (Medium.SMS,)),
        (6, "red", None),
        (3, "orange", None),
        (12, "red", (Medium.EMAIL,)),
        (13, "red", None),
    ],
)
def test_the_first_wish_that_fits_counts_by_the_clocks_of_paris(
    hour: int, severity: str, media: tuple[Medium, ...] | None
) -> None:
    assert preferred([NIGHT, NOON], severity, datetime(2026, 1, 1, hour, tzinfo=UTC)) == media


def test_a_wrong_wish_is_told_with_its_place() -> None:
    text = """\
fallback: ops
people:
  - id: ada
    name: Ada
    role: r
    email: ada@example.org
    channels: [{severity: [rot], from: "22 h", by: []}]
teams:
  - {id: ops, title: Ops, channels: [email], members: [ada]}
"""
    with pytest.raises(ProblemsFound) as caught:
        load_teams(text, "teams.yaml")
    assert sorted((p.span.line, p.slug) for p in caught.value.problems) == [
        (7, "clock"), (7, "severity"), (7, "unreachable"),
    ]  # fmt: skip
