"""What came of a city on the machine's clock: what was stored, decided and put aside."""

from __future__ import annotations

from collections import Counter

from shared import bus
from tests.wire import traffic
from tests.wire.live import Live
from tests.wire.reporting import Reading, Stations

MEASURED = "FROM telemetry.observation WHERE NOT starts_with(point, 'berge-')"
"""What stations measured. The lamps of the bank, which are simulated, tell what they do besides."""


def not_stored_once(city: Live, stations: Stations) -> tuple[set[Reading], set[Reading]]:
    """Observations that were measured and are not stored, and the other way round; a row is there once, by its key."""
    rows = set(city.platform.schemas.sql(f"SELECT point, time {MEASURED}"))
    return stations.readings() - rows, rows - stations.readings()


def not_decided(city: Live) -> int:
    """Messages with observations that telemetry committed and the rules engine did not handle."""
    query = (
        "SELECT count(*) FROM telemetry.outbox o WHERE event = 'observations'"
        " AND NOT EXISTS (SELECT FROM rules_engine.inbox i WHERE i.event_id = o.event_id)"
    )
    number: int = city.platform.schemas.sql(query)[0][0]
    return number


def parked(city: Live) -> list[tuple[str, str, str]]:
    """Service, queue and reason of each message that was parked."""
    some = (f"SELECT '{service}', queue, reason FROM {service}.parked" for service in bus.SERVICES)  # noqa: S608
    return city.platform.schemas.sql(" UNION ALL ".join(some))


def dead_letters(city: Live) -> int:
    """Messages that were delivered too often."""
    return sum(city.platform.rabbitmq.queue_depths(city.platform.vhost)[bus.DEAD_LETTERS])


def transitions(city: Live) -> Counter[tuple[str, str]]:
    """How often each kind of transition of each rule happened at all points together."""
    rows = city.platform.schemas.sql("SELECT rule, kind, point FROM rules_engine.transition")
    return Counter((rule, kind) for rule, kind, _ in rows)


def expected_transitions(city: Live, rises: int, falls: int) -> Counter[tuple[str, str]]:
    """The same, when all stations rose and fell so often."""
    return Counter(
        {
            (f"gemapi.copie.{rule.name}", kind): times * sum(traffic._is_watched(rule, name) for name in city.stations)
            for rule in traffic.THRESHOLDS
            for kind, times in (("fired", rises), ("resolved", falls))
            if times
        }
    )


def longest_gap(city: Live) -> float:
    """The longest time without a decision, seconds: between commits of batches of observations in the rules engine."""
    query = (
        "SELECT coalesce(max(gap), 0) FROM (SELECT handled - lag(handled) OVER (ORDER BY handled) AS gap"
        " FROM rules_engine.inbox i JOIN telemetry.outbox o USING (event_id) WHERE event = 'observations') AS gaps"
    )
    return float(city.platform.schemas.sql(query)[0][0])
