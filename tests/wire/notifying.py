"""A notifier alone on a replay clock, with Twilio and a mail server at the other end, in Alertmanager's manner.

A test says what fires when, and what it wants to arrive when; whatever else arrives is wrong, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import requests
from nameko.standalone.rpc import ClusterRpcProxy

from services.console.distributed import DistributedCity
from services.notifier.domain.codes import code_of
from services.notifier.domain.incidents.grouping import own_incident
from shared import bus
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest
from shared.runtime.database import Database, open_postgresql
from tests.alerts import firing_alert
from tests.doubles.twilio import signature
from tests.wire.calm import Calm
from tests.wire.engines import held_by
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.speaking import send
from tests.wire.trial import PUBLIC, Doubles

START: Final = datetime(2026, 1, 11, 2, 0, tzinfo=UTC)
"""Three in the morning in Paris, on a Sunday: the first timeline begins on Monday."""

_REPLIES: Final = f"{PUBLIC['VIGIE_PUBLIC_URL']}/v1/replies/twilio"
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True)
class Arrival:
    """Something that reached somebody. ``at``: seconds since the origin, when it was handed over."""

    at: float
    medium: str
    to: str
    words: str

    def __str__(self) -> str:
        return f"{self.at:8.1f} s  {self.medium:5} {self.to:28} {' '.join(self.words.split())[:110]}"


@dataclass(frozen=True)
class Want:
    """What is to reach somebody between two moments, seconds since the origin; its words are within what arrives."""

    medium: str
    to: str
    words: str
    since: float
    until: float

    def fits(self, found: Arrival) -> bool:
        same = (self.medium, self.to) == (found.medium, found.to)
        return same and self.since <= found.at <= self.until and self.words in found.words

    def __str__(self) -> str:
        return f"{self.since:6.1f} - {self.until:6.1f} s  {self.medium:5} {self.to:28} ...{self.words}..."


@dataclass
class Notifying:
    """The notifier and those at the other end; one timeline after the other.

    Attributes:
        engine: from whose outbox alerts are told.
        processes: the replicas, by name.
        origin: when the present timeline began, UTC.
        calm: nobody asks a replica while something is done to one.
    """

    platform: Platform
    doubles: Doubles
    engine: Database
    processes: dict[str, Process] = field(default_factory=dict)
    origin: datetime = START
    calm: Calm = field(default_factory=Calm)
    _answers: int = 0
    _city: DistributedCity | None = None

    @property
    def city(self) -> DistributedCity:
        """The time of all replicas, once they run."""
        assert self._city is not None
        return self._city

    def start(self, replica: int) -> Process:
        """Start a replica, or start it again, at the moment at which the clock stands; don't wait."""
        moment = START if self._city is None else self._city.clock.now()
        replay = {"VIGIE_CLOCK": "replay", "VIGIE_REPLAY_FROM": moment.isoformat()}
        process = self.platform.begin(bus.NOTIFIER, replica, **replay)
        self.processes[f"{bus.NOTIFIER}-{replica}"] = process
        return process

    def drive(self) -> None:
        """Take the replicas' time in hand."""
        url = self.platform.schemas.everything
        self._city = DistributedCity(self._addresses, url, START, (bus.NOTIFIER,))
        self.doubles.twilio.clock = self._city.clock.now

    def holder(self) -> str:
        """The replica that works."""
        names = [name for name, process in self.processes.items() if process.is_alive() and held_by(process)]
        return names[0] if names else min(self.processes)

    def close(self) -> None:
        """Let go of the time and the database; the platform ends the processes."""
        if self._city is not None:
            self._city.close()
        self.engine.engine.dispose()

    def _addresses(self) -> dict[str, tuple[str, int]]:
        self.calm.wait(_PATIENCE_S)
        ports = {name: int(process.address.rpartition(":")[2]) for name, process in self.processes.items()}
        return {name: ("127.0.0.1", port) for name, port in sorted(ports.items())}

    def say(self, *alerts: AlertChanged) -> None:
        """The rules engine tells of these."""
        with self.engine.transaction() as transaction:
            for alert in alerts:
                transaction.publish(bus.ALERT_CHANGED, alert)
        send(self.engine, self.platform.administrator)

    def night(self) -> Timeline:
        """A timeline that begins at three o'clock of the next night; what was before is forgotten at the other end."""
        self.origin += timedelta(days=1)
        self.city.timeline.advance(self.origin)
        self.city.timeline.settle()
        self.doubles.twilio.taken.clear()
        self.doubles.mail.letters.clear()
        self.doubles.twilio.refused.clear()
        self.doubles.twilio.answer = None
        return Timeline(self)

    def fires(
        self, name: str, at: float = 0, *, team: str = "astreinte", message: str = "", **said: Any
    ) -> AlertChanged:
        """An alert that began to fire so many seconds after the origin. ``name``: of its point, and its own tonight."""
        moment = self.moment(at)
        valid = {"since": moment, "criticality": Criticality.NORMAL, "trace": f"{name}@{at}"}
        told = (NotifyRequest(team=team, message=message or f"{name} : 3,02 m"),)
        return firing_alert(
            alert=self.alert(name), at=moment, point=name, point_title=name.title(), notify=told, **(valid | said)
        )

    def resolves(self, name: str, at: float, since: float = 0, **said: Any) -> AlertChanged:
        """The end of one that began ``since`` seconds after the origin."""
        began, ended = self.moment(since), AlertStatus.RESOLVED
        return self.fires(name, at, status=ended, since=began, resolution="condition-cleared", **said)

    def answers(self, number: str, text: str) -> str:
        """Somebody answers a text message; what Twilio is told to send back, as TwiML."""
        self._answers += 1
        form = {"MessageSid": f"SM{self._answers:032x}", "From": number, "To": "+33639980000", "Body": text}
        headers = {"X-Twilio-Signature": signature(self.doubles.twilio.auth_token, _REPLIES, form)}
        process = next(iter(self.processes.values()))
        found = requests.post(f"{process.address}/v1/replies/twilio", data=form, headers=headers, timeout=10)
        assert found.status_code == 200, found.text
        return found.text

    def silence(self, matcher: str, lasts: str) -> None:
        """An operator silences alerts from now on."""
        wanted = {"matchers": [matcher], "owner": "exploitation", "reason": "travaux", "lasts": lasts}
        with ClusterRpcProxy({"AMQP_URI": self.platform.administrator}, timeout=_PATIENCE_S) as rpc:
            rpc.notifier.add_silence(actor={"id": "ops"}, wanted=wanted)

    def alert(self, name: str) -> str:
        """The id of tonight's alert of that name."""
        return f"{name}@{self.origin:%Y-%m-%d}"

    def code(self, name: str) -> str:
        """The code of the incident that it has to itself."""
        return code_of(own_incident(self.alert(name)))

    def moment(self, seconds: float) -> datetime:
        """So long after the origin."""
        return self.origin + timedelta(seconds=seconds)

    def _seconds(self, moment: datetime) -> float:
        return (moment - self.origin).total_seconds()

    def arrivals(self) -> list[Arrival]:
        """What was accepted by Twilio and the mail server since the timeline began."""
        texts = [Arrival(self._seconds(item.at), "sms", item.to, item.body) for item in self.doubles.twilio.taken]
        letters = [
            Arrival(self._seconds(_date(letter)), "email", to, f"{letter['Subject']}\n{_plain(letter)}")
            for to, letter in self.doubles.mail.letters
        ]
        return sorted([*texts, *letters], key=lambda each: (each.at, each.medium, each.to))

    def ledger(self, *columns: str) -> list[tuple[Any, ...]]:
        """Rows of the ledger since the timeline began, in order."""
        query = f"SELECT {', '.join(columns)} FROM notifier.ledger WHERE at >= %s ORDER BY at, id"  # noqa: S608
        return self.platform.schemas.sql(query, (self.origin,))


@dataclass
class Timeline:
    """What happens when, and what is wanted."""

    on: Notifying
    acts: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    wants: list[Want] = field(default_factory=list)

    def at(self, seconds: float, *what: AlertChanged | Callable[[], object]) -> Timeline:
        """Alerts that are told then, and things that are done, in the given order."""
        self.acts += [
            (seconds, partial(self.on.say, each) if isinstance(each, AlertChanged) else each) for each in what
        ]
        return self

    def want(self, medium: str, to: str, words: str, since: float, until: float) -> Timeline:
        """What is to arrive."""
        self.wants.append(Want(medium, to, words, since, until))
        return self

    def run(self, seconds: float) -> None:
        """Let it all happen, up to so many seconds.

        Raises:
            AssertionError: something did not arrive in time, or something else arrived.
        """
        for moment, act in sorted(self.acts, key=lambda each: each[0]):
            self.on.city.timeline.advance(self.on.moment(moment))
            act()
            self.on.city.timeline.settle()
        self.on.city.timeline.advance(self.on.moment(seconds))
        self.on.city.timeline.settle()
        self._compare()

    def _compare(self) -> None:
        arrived = self.on.arrivals()
        left, missing = list(arrived), list[Want]()
        for want in self.wants:
            found = next((each for each in left if want.fits(each)), None)
            if found is None:
                missing.append(want)
            else:
                left.remove(found)
        told = "\n".join(
            ["arrived:", *map(str, arrived), "missing:", *map(str, missing), "not wanted:", *map(str, left)]
        )
        assert (missing, left) == ([], []), f"\n{told}"
        assert self.on.doubles.twilio.faults == []


def _date(letter: Any) -> datetime:
    return parsedate_to_datetime(letter["Date"])


def _plain(letter: Any) -> str:
    body = letter.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())


@contextmanager
def notifying(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    files: dict[str, str],
    settings: dict[str, str] | None = None,
    replicas: int = 1,
) -> Iterator[Notifying]:
    """A notifier that runs, in so many replicas.

    Args:
        files: of its rules folder, text by path; ``teams.yaml`` at least.
    """
    rules = folder / "rules"
    for name, text in files.items():
        (rules / name).parent.mkdir(parents=True, exist_ok=True)
        (rules / name).write_text(text, encoding="utf-8")
    with Doubles() as doubles, Platform(*servers, folder, rules, doubles.settings() | (settings or {})) as platform:
        made = Notifying(platform, doubles, open_postgresql(platform.schemas.url(bus.RULES_ENGINE), bus.RULES_ENGINE))
        for process in [made.start(replica) for replica in range(replicas)]:
            process.await_ready()
        made.drive()
        try:
            yield made
        finally:
            made.close()
