"""Plays the traffic through a distributed city under a replay clock, and reads what came of it. Needs no pytest."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

import psycopg
import requests
from nameko.standalone.rpc import ClusterRpcProxy

from services.console.distributed import DistributedCity
from services.console.recordings import Uplink
from services.console.scenario_files import load_scenarios
from services.console.scenarios import Scenario
from shared import bus
from tests.doubles.mail import MailDouble, text_of
from tests.doubles.twilio import TwilioDouble
from tests.wire.calm import Calm
from tests.wire.mqtt import Gateway, gateway
from tests.wire.platform import Platform
from tests.wire.process import Process
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.waiting import until

_PATIENCE_S: Final = 120.0
_AGAIN_AFTER_S: Final = 0.1
_SENDER: Final = "+33939980000"
_LINK: Final = re.compile(
    r"\nPrendre en compte cet incident[^\n]*\n[^\n]*\nhttps://vigie\.example\.org/v1/acknowledge/[\w-]{55}\n"
)
PUBLIC: Final = {"VIGIE_PUBLIC_URL": "https://vigie.example.org"}
"""A setting that texts depend on: the same wherever results are compared."""

Message = tuple[str, str]
"""Recipient's address and text."""


@dataclass
class Doubles:
    """Who is at the other end: Twilio and a mail server."""

    twilio: TwilioDouble = field(default_factory=TwilioDouble)
    mail: MailDouble = field(default_factory=MailDouble)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.twilio.stop()
        self.mail.stop()

    def settings(self) -> dict[str, str]:
        """With which the notifier finds them."""
        return {
            "VIGIE_SMS_CHANNEL": "sms_twilio",
            "VIGIE_TWILIO_URL": self.twilio.url,
            "VIGIE_TWILIO_ACCOUNT_SID": self.twilio.account_sid,
            "VIGIE_TWILIO_AUTH_TOKEN": self.twilio.auth_token,
            "VIGIE_TWILIO_SENDER": _SENDER,
            "VIGIE_EMAIL_CHANNEL": "email_smtp",
            "VIGIE_SMTP_HOST": "127.0.0.1",
            "VIGIE_SMTP_PORT": str(self.mail.port),
            "VIGIE_SMTP_SENDER": "vigie@example.org",
            **PUBLIC,
        }

    def texts(self) -> Counter[Message]:
        """How often each text message was accepted."""
        return Counter((message.to, message.form["Body"]) for message in self.twilio.taken)

    def letters(self) -> Counter[Message]:
        """How often each letter was accepted: recipient and subject with body, as they are stored.

        The link by which its reader acknowledges is a secret, put in while the letter is sent: it is left out here.
        """
        return Counter(
            (to, _LINK.sub("", f"{letter['Subject']}\n{text_of(letter)}".replace("\r\n", "\n")))
            for to, letter in self.mail.letters
        )


class Trial:
    """A distributed city under a replay clock, and the one who sends to it.

    Args:
        platform: with no process yet.
        rules: the folder in which the scenario stands.
        replicas: how many processes a service has, where it isn't one.
    """

    def __init__(self, platform: Platform, rules: Path, scenario: str, replicas: dict[str, int] | None = None) -> None:
        self.platform = platform
        self.scenario: Scenario = load_scenarios(rules)[scenario]
        self.start, _ = next(self.scenario.instants())
        self._number = dict.fromkeys(bus.SERVICES, 1) | (replicas or {})
        self.processes: dict[str, Process] = {}
        self._city: DistributedCity | None = None
        self._key = ""
        self._calm = Calm()

    @property
    def city(self) -> DistributedCity:
        """The city, once it was begun."""
        assert self._city is not None
        return self._city

    def names(self) -> list[str]:
        """Every process, such as ``rules_engine-0``."""
        return [f"{service}-{replica}" for service, number in self._number.items() for replica in range(number)]

    def begin(self, name: str) -> Process:
        """Start a process, or start it again, at the moment at which the replay stands."""
        service, _, replica = name.rpartition("-")
        moment = self.start if self._city is None else self._city.clock.now()
        replay = {"VIGIE_CLOCK": "replay", "VIGIE_REPLAY_FROM": moment.isoformat()}
        self.processes[name] = self.platform.begin(service, int(replica), **replay)
        return self.processes[name]

    @contextmanager
    def running(self) -> Iterator[Self]:
        """All processes; inside, uplinks can be sent."""
        for name in self.names():
            self.begin(name)
        for process in self.processes.values():
            process.await_ready()
        self._city = DistributedCity(self._addresses, self.platform.schemas.everything, self.start)
        self._reader = psycopg.connect(self.platform.schemas.everything, autocommit=True)
        try:
            with ClusterRpcProxy({"AMQP_URI": self.platform.administrator}, timeout=_PATIENCE_S) as rpc:
                until(lambda: rpc.device_registry.summary()["revision"] > 0, _PATIENCE_S, "the registry has spoken")
                self._key = rpc.device_registry.issue_key(actor={"id": "trial"}, directorate="gemapi")
            self.city.timeline.settle()
            yield self
        finally:
            self._reader.close()
            self._city.close()

    def disturbance(self) -> AbstractContextManager[None]:
        """Something is done to a process: the driver asks nobody before it is mended."""
        return self._calm.disturbance()

    def _addresses(self) -> dict[str, tuple[str, int]]:
        self._calm.wait(_PATIENCE_S)
        ports = {name: int(process.address.rpartition(":")[2]) for name, process in self.processes.items()}
        return {name: ("127.0.0.1", port) for name, port in ports.items()}

    def play(self, after: Callable[[datetime], None] = lambda _moment: None) -> int:
        """Send everything, half over MQTT and half over HTTP, instant by instant; how many uplinks.

        Args:
            after: called when all of an instant was sent, and before it is known that all of it was handled.
        """
        number = 0
        with gateway(self.platform.rabbitmq, self.platform.gateway_of("gemapi")) as sender:
            for moment, uplinks in self.scenario.instants():
                self.city.timeline.advance(moment)
                self._send(sender, uplinks)
                number += len(uplinks)
                after(moment)
                self._await_stored(moment, len(uplinks))
                self.city.timeline.settle()
        return number

    def _send(self, sender: Gateway, uplinks: Sequence[Uplink]) -> None:
        # Halves, not every other one: a rule may watch every other station.
        over_mqtt, over_http = uplinks[: len(uplinks) // 2], uplinks[len(uplinks) // 2 :]
        sender.publish([("vigie/gemapi/observations", json.dumps(_content(uplink)).encode()) for uplink in over_mqtt])
        if over_http:
            self._post([_content(uplink) for uplink in over_http])

    def _post(self, content: list[dict[str, Any]]) -> None:
        """Send until it was taken: a gateway does no less."""
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            try:
                address = self.processes["telemetry-0"].address
                headers = {"Authorization": f"Bearer {self._key}"}
                answer = requests.post(f"{address}/v1/observations", json=content, headers=headers, timeout=30)
            except requests.RequestException:
                time.sleep(_AGAIN_AFTER_S)
                continue
            if answer.status_code == 200:
                return
            assert answer.status_code == 503, answer.text
            time.sleep(_AGAIN_AFTER_S)
        raise TimeoutError("telemetry takes nothing")

    def _await_stored(self, moment: datetime, number: int) -> None:
        query = "SELECT count(*) FROM telemetry.observation WHERE time = %s"
        until(
            lambda: self._reader.execute(query, (moment,)).fetchall()[0][0] >= number,
            _PATIENCE_S,
            f"{number} observations of {moment} are stored",
        )


def _content(uplink: Uplink) -> dict[str, Any]:
    return {"device": uplink.device, "time": uplink.time.isoformat(), "values": uplink.values}


@contextmanager
def trial(
    servers: tuple[RabbitMQ, PostgreSQL],
    folder: Path,
    rules: Path,
    scenario: str,
    *,
    settings: dict[str, str] | None = None,
    replicas: dict[str, int] | None = None,
) -> Iterator[Trial]:
    """A trial whose processes run."""
    with (
        Platform(*servers, folder, rules, settings) as platform,
        Trial(platform, rules, scenario, replicas).running() as running,
    ):
        yield running
