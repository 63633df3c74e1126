"""What people were told in a city on the machine's clock, beside what it decided to tell."""

from __future__ import annotations

from collections import Counter
from typing import Final

from tests.wire.accounting import doubts_of
from tests.wire.platform import Platform
from tests.wire.trial import Doubles, Message
from tests.wire.waiting import until

_UNDER_WAY: Final = "SELECT count(*) FROM notifier.notification WHERE state NOT IN ('sent', 'failed', 'uncertain')"
_TOLD: Final = "SELECT medium, address, subject, body FROM notifier.notification WHERE state = 'sent'"


def await_told(platform: Platform, seconds: float = 120.0) -> None:
    """Return when every notification has been sent or given up.

    Raises:
        TimeoutError: some are still under way.
    """
    until(lambda: platform.schemas.sql(_UNDER_WAY) == [(0,)], seconds, "all is told", lambda: _states(platform))


def _states(platform: Platform) -> object:
    return platform.schemas.sql("SELECT state, reason, count(*) FROM notifier.notification GROUP BY state, reason")


def told_otherwise(platform: Platform, doubles: Doubles) -> tuple[Counter[Message], Counter[Message]]:
    """Messages that were accepted more often than they were decided, and the other way round; those in doubt aside."""
    decided = Counter(
        (address, body if medium == "sms" else f"{subject}\n{body}")
        for medium, address, subject, body in platform.schemas.sql(_TOLD)
    )
    assert decided, "nobody was told anything"
    told = doubles.texts() + doubles.letters()
    return told - decided - Counter(doubt.message for doubt in doubts_of(platform)), decided - told


def untold_alerts(platform: Platform) -> int:
    """Alerts that fired and are in no incident."""
    query = (
        "SELECT count(*) FROM rules_engine.transition t WHERE kind = 'fired'"
        " AND NOT EXISTS (SELECT FROM notifier.incident_alert i WHERE i.alert = t.alert)"
    )
    number: int = platform.schemas.sql(query)[0][0]
    return number
