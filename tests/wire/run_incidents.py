"""Incidents that escalate while notifiers are killed: everybody hears of each step once, or the doubt is shown.

Two replicas of the notifier on a replay clock, one of which works. What they tell is compared, message by message, with
what two tell that nobody kills; and with how often each person must hear of each incident.
"""

from __future__ import annotations

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final

from nameko.standalone.rpc import ClusterRpcProxy

from shared import bus
from shared.model.alerts import AlertChanged
from tests.wire.accounting import doubts_of
from tests.wire.disturbing import is_served, now_of
from tests.wire.notifying import Notifying, notifying
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.told import untold_alerts
from tests.wire.trial import Message
from tests.wire.waiting import until

FIRST, SECOND, CHIEF = "+33639980111", "+33639980112", "+33639980113"
FILES: Final = {
    "teams.yaml": """\
fallback: exploitation
people:
  - {id: premier, name: Premier, role: astreinte, phone: "+33639980111", email: premier@example.org}
  - {id: second, name: Second, role: renfort, phone: "+33639980112"}
  - {id: chef, name: Chef, role: cadre, phone: "+33639980113", email: chef@example.org}
  - {id: ops, name: Exploitation, role: plateforme, email: ops@example.org}
teams:
  - {id: premiers, title: Premiers, channels: [sms, email], members: [premier]}
  - {id: seconds, title: Seconds, channels: [sms], members: [second]}
  - {id: chefs, title: Chefs, channels: [sms, email], members: [chef]}
  - {id: exploitation, title: Exploitation, channels: [email], members: [ops]}
""",
    "notifier/escalations.yaml": """\
policies:
  - id: tout
    title: Tout
    steps:
      - {after: 5 min, team: seconds}
      - {after: 5 min, team: chefs}
""",
}
MINUTE: Final = 60.0
LASTS_MIN: Final = 25
_LENGTHS: Final = re.compile(r"depuis \d+ min")
_TWILIO_TAKES_S: Final = 0.03
_LONGEST_WAIT_S: Final = 0.6
_PATIENCE_S: Final = 120.0


@dataclass(frozen=True)
class Fate:
    """What becomes of an incident, minutes after it began; and whose telephones hear of its beginning.

    Attributes:
        acknowledged: when the first person takes it up; None: nobody does.
        resolved: when it is over.
    """

    acknowledged: float | None
    resolved: float
    told: frozenset[str]


FATES: Final = (
    Fate(None, LASTS_MIN, frozenset({FIRST, SECOND, CHIEF})),
    Fate(3, LASTS_MIN, frozenset({FIRST})),
    Fate(None, 2, frozenset({FIRST})),
    Fate(7, LASTS_MIN, frozenset({FIRST, SECOND})),
    Fate(None, LASTS_MIN, frozenset({FIRST, SECOND, CHIEF})),
)


@dataclass(frozen=True)
class Told:
    """What arrived.

    Attributes:
        messages: how often each was accepted.
        disorder: telephones that heard of an end before its beginning, in words.
        doubts: messages of which nobody knows, by how the notifier shows them.
        untold: alerts that are in no incident.
        unsettled: notices that are neither sent nor given up.
    """

    messages: Counter[Message]
    disorder: Sequence[str]
    doubts: Counter[Message]
    untold: int
    unsettled: int


@dataclass(frozen=True)
class Outcome:
    """How a run with kills compares with one without.

    Attributes:
        lost, twice: messages that did not arrive, and that arrived too often, for which no doubt is shown.
        wrong: telephones that heard too often or not often enough of an incident, doubts aside.
    """

    incidents: int
    kills: int
    messages: int
    lost: Counter[Message]
    twice: Counter[Message]
    wrong: Sequence[str]
    disorder: Sequence[str]
    doubts: int
    untold: int
    unsettled: int
    seconds: float

    def is_good(self) -> bool:
        """Whether nothing differs but what the notifier itself says it does not know: at most one for each kill."""
        nothing = (self.lost, self.twice, self.wrong, self.disorder, self.untold, self.unsettled)
        return not any(nothing) and self.doubts <= self.kills


def run(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    incidents: int,
    kills: int,
    chance: random.Random,
    told: Callable[[str], None] = lambda _words: None,
) -> Outcome:
    """Play the same twice, without kills and with them.

    Args:
        told: called after each kill, in words.
    """
    begun = time.monotonic()
    wanted, _ = _play(servers, folder / "calm", incidents, Killing([], chance, told))
    told(f"undisturbed: {wanted.messages.total()} messages")
    moments = sorted(chance.sample(range(2, _minutes(incidents)), kills))
    killing = Killing(moments, chance, told)
    found, names = _play(servers, folder / "killed", incidents, killing)
    surplus, missing = found.messages - wanted.messages, wanted.messages - found.messages
    return Outcome(
        incidents=incidents,
        kills=killing.done,
        messages=wanted.messages.total(),
        lost=missing - found.doubts,
        twice=surplus - found.doubts,
        wrong=[*_miscounted(wanted, names), *_miscounted(found, names)],
        disorder=[*wanted.disorder, *found.disorder],
        doubts=found.doubts.total(),
        untold=found.untold,
        unsettled=found.unsettled,
        seconds=time.monotonic() - begun,
    )


def _minutes(incidents: int) -> int:
    """For how long something begins: five incidents a minute."""
    return max(incidents // 5, 12)


def _fate(number: int) -> Fate:
    return FATES[number % len(FATES)]


def _begins(number: int, incidents: int) -> int:
    """In which minute an incident begins."""
    return number * _minutes(incidents) // incidents


def _play(
    servers: tuple[RabbitMQ, PostgreSQL], folder: Path, incidents: int, killing: Killing
) -> tuple[Told, Mapping[str, int]]:
    with (
        notifying(servers, folder, FILES, replicas=2) as city,
        ClusterRpcProxy({"AMQP_URI": city.platform.administrator}, timeout=_PATIENCE_S) as rpc,
    ):
        city.doubles.twilio.delay_s = _TWILIO_TAKES_S
        city.night()
        names = _names(city, incidents)
        for minute in range(_minutes(incidents) + LASTS_MIN + 10):
            city.city.timeline.advance(city.moment(minute * MINUTE))
            with killing.during(city, minute):
                city.say(*_alerts(city, minute, incidents))
                for number in _acknowledged(minute, incidents):
                    _acknowledge(rpc, city, number)
                city.city.timeline.settle()
        return _told(city, names), names


def _names(city: Notifying, incidents: int) -> Mapping[str, int]:
    """The incidents by code, but those that share one by chance, as some of hundreds do: a text names only the code."""
    codes = [city.code(f"i{number}") for number in range(incidents)]
    shared = {code for code, times in Counter(codes).items() if times > 1}
    return {code: number for number, code in enumerate(codes) if code not in shared}


def _alerts(city: Notifying, minute: int, incidents: int) -> Iterator[AlertChanged]:
    for number in range(incidents):
        begins, name = _begins(number, incidents), f"i{number}"
        if begins == minute:
            yield city.fires(name, minute * MINUTE, team="premiers", owner="gemapi")
        if begins + _fate(number).resolved == minute:
            yield city.resolves(name, minute * MINUTE, begins * MINUTE, team="premiers", owner="gemapi")


def _acknowledged(minute: int, incidents: int) -> Iterator[int]:
    for number in range(incidents):
        after = _fate(number).acknowledged
        if after is not None and _begins(number, incidents) + after == minute:
            yield number


def _acknowledge(rpc: ClusterRpcProxy, city: Notifying, number: int) -> None:
    """As somebody who presses again until it is taken: it is asked of whichever replica answers."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            rpc.notifier.acknowledge(incident=city.code(f"i{number}"), person="premier")
        except Exception:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _told(city: Notifying, names: Mapping[str, int]) -> Told:
    settled = "('sent', 'failed', 'uncertain', 'folded')"
    unsettled = city.platform.schemas.sql(f"SELECT count(*) FROM notifier.notification WHERE state NOT IN {settled}")  # noqa: S608
    return Told(
        messages=_comparable(city.doubles.texts() + city.doubles.letters()),
        disorder=list(_disorder(city, names)),
        doubts=_comparable(Counter(doubt.message for doubt in doubts_of(city.platform))),
        untold=untold_alerts(city.platform),
        unsettled=unsettled[0][0],
    )


def _comparable(messages: Counter[Message]) -> Counter[Message]:
    """Without what is each city's own, the links, and without for how long nobody answered: a doubt takes a minute."""
    found: Counter[Message] = Counter()
    for (to, words), times in messages.items():
        found[to, _LENGTHS.sub("depuis N min", words.partition("\n\nPrendre en compte")[0].rstrip())] += times
    return found


def _disorder(city: Notifying, names: Mapping[str, int]) -> Iterator[str]:
    """Telephones that heard of an end before the beginning, or of a beginning after the end."""
    heard: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for text in city.doubles.twilio.taken:
        code = text.body.split()[1].rstrip(",")
        heard[text.to, code].append("fin d'alerte" in text.body)
    for (to, code), ends in heard.items():
        if code in names and ends != sorted(ends):
            yield f"{to} heard of the end of {code} before its beginning"


def _miscounted(told: Told, names: Mapping[str, int]) -> Iterator[str]:
    """Each telephone that is to hear of an incident hears of its beginning once and of its end once."""
    heard: Counter[tuple[str, str, bool]] = Counter()
    for (to, words), times in told.messages.items():
        if to.startswith("+"):
            heard[to, words.split()[1].rstrip(","), "fin d'alerte" in words] += times
    doubtful = {(to, words.split()[1].rstrip(",")) for to, words in told.doubts if to.startswith("+")}
    for code, number in names.items():
        for to in (FIRST, SECOND, CHIEF):
            due = int(to in _fate(number).told)
            found = (heard[to, code, False], heard[to, code, True])
            if found != (due, due) and (to, code) not in doubtful:
                yield f"{to} heard {found} of {code}, and not {(due, due)}"


class Killing:
    """Kills a replica in each of these minutes, at a random moment, and starts another in its place."""

    def __init__(self, minutes: Sequence[int], chance: random.Random, told: Callable[[str], None]) -> None:
        self._minutes = Counter(minutes)
        self._chance = chance
        self._told = told
        self._errors: list[Exception] = []
        self.done = 0

    @contextmanager
    def during(self, city: Notifying, minute: int) -> Iterator[None]:
        """Kill while the block runs, if it is planned; all is mended at its end."""
        if not self._minutes[minute]:
            yield
            return
        thread = Thread(target=self._act, args=(city, self._chance.uniform(0, _LONGEST_WAIT_S)))
        thread.start()
        yield
        thread.join()
        if self._errors:
            raise ExceptionGroup("not mended", self._errors)

    def _act(self, city: Notifying, wait_s: float) -> None:
        time.sleep(wait_s)
        try:
            with city.calm.disturbance():
                self._kill(city)
        except Exception as error:  # noqa: BLE001 - shown by who waits for the thread
            self._errors.append(error)

    def _kill(self, city: Notifying) -> None:
        holder = city.holder()
        # Mostly the one that works: the other has nothing to lose.
        name = holder if self._chance.random() < 0.8 else next(name for name in city.processes if name != holder)
        city.processes[name].kill()
        killed, began = now_of(city.platform), time.monotonic()
        city.start(int(name.rpartition("-")[2])).await_ready()
        until(lambda: is_served(city.platform, bus.NOTIFIER, killed), _PATIENCE_S, "the lease is held")
        self.done += 1
        worked = "which worked" if name == holder else "which waited"
        self._told(f"{self.done} of {self._minutes.total()}: {name} killed, {worked}; {time.monotonic() - began:.1f} s")
