"""The notifier from the bus to Twilio: alerts into incidents, and how soon one is told, beside many that are open.

RabbitMQ, PostgreSQL and one notifier are processes of their own, on one machine; Twilio and the mail server are doubles
in this one. For each number of open incidents it is measured how fast alerts become incidents, and how long a vital one
takes from its publication until Twilio has it. The last line is one JSON object.

python -m benchmarks.notifier [--open 10 100 1000] [--past 100000] [--alerts 3000] [--told 60] [--quick]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from kombu import Connection

from benchmarks.machine import load
from shared import bus
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest
from shared.model.message import encode
from shared.runtime.confirming import Confirming
from shared.runtime.message_store import OutboxRow
from tests.alerts import firing_alert
from tests.wire.platform import Platform, servers
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.trial import Doubles
from tests.wire.waiting import until

GOAL: Final = {"alerts_per_s": 200.0, "p95_s": 1.0, "p95_many_to_few": 2.0, "per_s_many_to_few": 0.7}
"""A storm of 10,000 alerts in a minute is 167 a second. The last two: with the most open incidents, to the fewest."""

_PATIENCE_S: Final = 300.0
_TEAM: Final = "gemapi-astreinte"
_QUIET: Final = "SELECT count(*) FROM notifier.notification WHERE state IN ('queued', 'attempting')"
_COUNT: Final = "SELECT count(*) FROM notifier.incident WHERE starts_with(rule, 'told.')"
_OPEN: Final = "SELECT count(*) FROM notifier.incident WHERE status = 'open'"
_OF_ONE_RULE: Final = 10
"""Alerts of the throughput that share a rule, and so an incident."""
_PAST: Final = (
    """
    INSERT INTO notifier.incident
        (id, code, status, title, rule, owner, severity, criticality, opened_at, resolved_at, firing)
    SELECT 'past-' || n, 'V-' || upper(left(md5(n::text), 4)), 'resolved', 'Garonne', 'gemapi.garonne', 'gemapi',
        'orange', 'normal',
        now() - n * interval '5 minutes', now() - n * interval '4 minutes', 0
    FROM generate_series(1, %s) n
    """,
    """
    INSERT INTO notifier.incident_alert (incident, alert, point, point_title, message, since, resolved_at)
    SELECT 'past-' || n, 'past-alert-' || n, 'toulouse', 'Toulouse', 'm',
        now() - n * interval '5 minutes', now() - n * interval '4 minutes'
    FROM generate_series(1, %s) n
    """,
    """
    INSERT INTO notifier.notification
        (id, kind, incident, criticality, team, person, recipient, medium, channel, address, route, state, reason,
        subject, body, queued_at, changed_at, attempts, trace)
    SELECT 'past-n-' || n || m, 'fire', 'past-' || n, 'normal', 'gemapi-astreinte', 'camille-roux', 'Camille', m,
        'outbox', 'nobody', 'team', 'sent', 'accepted', '', 'Vigie', now() - n * interval '5 minutes',
        now() - n * interval '5 minutes', 1, ''
    FROM generate_series(1, %s) n, unnest(ARRAY['sms', 'email']) m
    """,
)

Both = tuple[RabbitMQ, PostgreSQL]
Servers = AbstractContextManager[Both]


@dataclass(frozen=True)
class Size:
    """How much is measured.

    Attributes:
        open: incidents that are open, in ascending order; ``past``: that are over.
        alerts: of the throughput; ``told``: vital ones whose way is timed.
    """

    open: tuple[int, ...]
    past: int
    alerts: int
    told: int


@dataclass(frozen=True)
class Figures:
    """At a number of open incidents; seconds from the publication of an alert until Twilio took the text.

    Attributes:
        open: before the measurement, without those that gather for a digest; ``open_after``: all, after it.
    """

    open: int
    open_after: int
    alerts_per_s: float
    p50_s: float
    p95_s: float


class Bench:
    """A notifier at work."""

    def __init__(self, platform: Platform, doubles: Doubles) -> None:
        self._platform, self._doubles = platform, doubles
        self._number = 0

    def past(self, number: int) -> None:
        """So many incidents that are over, each told to somebody by text and mail."""
        for statement in _PAST:
            self._platform.schemas.sql(statement, (number,))

    def at(self, size: Size, number: int) -> Figures:
        """The figures with so many incidents open."""
        self._publish(self._alert(Criticality.NORMAL) for _ in range(number - self._number))
        self._await_taken()
        waited = sorted(self._told() for _ in range(size.told))
        per_s = self._throughput(size.alerts)
        open_after = self._platform.schemas.sql(_OPEN)[0][0]
        return Figures(number, open_after, round(per_s, 1), *(round(each, 3) for each in _percentiles(waited)))

    def _told(self) -> float:
        """One vital alert, until Twilio has it."""
        alert = self._alert(Criticality.VITAL)
        began = datetime.now(UTC)
        self._publish([alert])
        words = alert.notify[0].message
        first = until(lambda: self._texts(words), _PATIENCE_S, "Twilio has it")[0]
        self._await_taken()
        return (first - began).total_seconds()

    def _texts(self, words: str) -> list[datetime]:
        """When Twilio took a text with these words; the newest were taken last."""
        return [message.at for message in self._doubles.twilio.taken[-10:] if words in message.body]

    def _throughput(self, number: int) -> float:
        """Alerts a second that become incidents, of which nobody is told before tomorrow."""
        among = str(uuid4())[:8]
        alerts = [self._gathered(f"gathered.{among}-{each // _OF_ONE_RULE}") for each in range(number)]
        began = time.monotonic()
        self._publish(alerts)
        places = "SELECT count(*) FROM notifier.incident_alert WHERE alert = %s"
        until(lambda: self._platform.schemas.sql(places, (alerts[-1].alert,)) == [(1,)], _PATIENCE_S, "all are taken")
        return number / (time.monotonic() - began)

    def _await_taken(self) -> None:
        until(lambda: self._platform.schemas.sql(_COUNT)[0][0] >= self._number, _PATIENCE_S, "all are open")
        until(lambda: self._platform.schemas.sql(_QUIET) == [(0,)], _PATIENCE_S, "all is told or folded")

    def _alert(self, criticality: Criticality) -> AlertChanged:
        """One of a rule of its own: many places of one rule would be told as one incident."""
        self._number += 1
        return _alert(f"told.{self._number}", criticality)

    def _gathered(self, rule: str) -> AlertChanged:
        return _alert(rule, Criticality.NORMAL, digest="05:00")

    def _publish(self, alerts: Iterable[AlertChanged]) -> None:
        event = bus.ALERT_CHANGED.name
        with Connection(self._platform.administrator) as link:
            channel = Confirming(link)
            for alert in alerts:
                channel.publish(OutboxRow(1, str(uuid4()), event, event, encode(alert), time.time()))
            channel.wait()


def _alert(rule: str, criticality: Criticality, digest: str | None = None) -> AlertChanged:
    name = str(uuid4())
    told = (NotifyRequest(team=_TEAM, message=f"Point {name[:8]} : 2,02 m", digest=digest),)
    now = datetime.now(UTC)
    return firing_alert(alert=name, rule=rule, point=name, at=now, owner="gemapi", criticality=criticality, notify=told)


def _percentiles(waited: Sequence[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(waited, n=20, method="inclusive")
    return cuts[9], cuts[18]


def measure(both: Both, folder: Path, size: Size) -> list[Figures]:
    """All figures, in order of open incidents; those measured before stay open."""
    with Doubles() as doubles, Platform(*both, folder, settings=doubles.settings()) as platform:
        platform.start(bus.NOTIFIER)
        bench = Bench(platform, doubles)
        bench.past(size.past)
        found = []
        for number in size.open:
            found.append(bench.at(size, number))
            print(json.dumps(asdict(found[-1])), flush=True)
        return found


def main(words: Sequence[str] | None = None, both: Callable[[], Servers] = servers) -> None:
    """Measure what the command line says.

    Args:
        words: of the command line; None: those of this process.
        both: the broker and the database server.
    """
    options = _options(words)
    size = Size(tuple(sorted(options.open)), options.past, options.alerts, options.told)
    if options.quick:
        size = Size(open=(5, 10), past=200, alerts=100, told=5)
    with tempfile.TemporaryDirectory(prefix="vigie-benchmark-") as name, both() as running:
        found = measure(running, Path(name), size)
    machine = {"processors": os.cpu_count(), "load": round(load(), 1)}
    print(json.dumps({"benchmark": "notifier", **asdict(size), **_told(found), "goal": GOAL, **machine}))


def _told(found: Sequence[Figures]) -> dict[str, Any]:
    few, many = found[0], found[-1]
    ratios = {
        "alerts_per_s": min(each.alerts_per_s for each in found),
        "p95_s": max(each.p95_s for each in found),
        "p95_many_to_few": round(many.p95_s / few.p95_s, 2),
        "per_s_many_to_few": round(many.alerts_per_s / few.alerts_per_s, 2),
    }
    at_least = {"alerts_per_s", "per_s_many_to_few"}
    reached = {
        name: (ratios[name] >= goal) is (name in at_least) or ratios[name] == goal for name, goal in GOAL.items()
    }
    return {"figures": [asdict(each) for each in found], "ratios": ratios, "reached": reached}


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--open", nargs="+", type=int, default=[10, 100, 1_000], help="incidents that are open")
    parser.add_argument("--past", type=int, default=100_000, help="incidents that are over")
    parser.add_argument("--alerts", type=int, default=3_000, help="of the throughput")
    parser.add_argument("--told", type=int, default=60, help="alerts whose way is timed")
    parser.add_argument("--quick", action="store_true", help="only whether it works: few of everything")
    return parser.parse_args(words)


if __name__ == "__main__":
    main()
