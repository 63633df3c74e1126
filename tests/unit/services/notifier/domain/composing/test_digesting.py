"""What a digest lists."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.notifier.domain.composing.digesting import DigestReason, digested
from services.notifier.domain.incidents.incident import IncidentAlert


def place(point: str, since: datetime, resolved_at: datetime | None = None) -> IncidentAlert:
    return IncidentAlert(
        incident="i",
        alert=f"{point}-{since}",
        point=point,
        point_title=point.upper(),
        message="pleine",
        since=since,
        resolved_at=resolved_at,
    )


@pytest.mark.parametrize(
    ("alerts", "reason", "firing", "resolved"),
    [
        pytest.param([("b", 0, None), ("a", 1, None)], DigestReason.SOME_FIRE, "AB", "", id="by-title"),
        pytest.param([("a", 0, 1), ("b", 0, None)], DigestReason.SOME_FIRE, "B", "A", id="resolved-apart"),
        pytest.param([("a", 0, 1), ("b", 0, 2)], DigestReason.ALL_RESOLVED, "", "AB", id="all-resolved"),
        pytest.param([("a", 0, 1), ("a", 2, None)], DigestReason.SOME_FIRE, "A", "", id="fires-again"),
        pytest.param([("a", 2, 3), ("a", 0, 1)], DigestReason.ALL_RESOLVED, "", "A", id="twice-one-line"),
    ],
)
def test_a_digest_names_each_point_once(
    alerts: list[tuple[str, int, int | None]], reason: DigestReason, firing: str, resolved: str, start: datetime
) -> None:
    def hour(number: int) -> datetime:
        return start + timedelta(hours=number)

    found = digested([place(point, hour(a), None if b is None else hour(b)) for point, a, b in alerts])
    titles = ["".join(item.point_title for item in items) for items in (found.firing, found.resolved)]
    assert (found.reason, *titles) == (reason, firing, resolved)
