"""Thousands of alerts in a minute, one of them vital, told by a real notifier: for the tests and for ``tests.soak``."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from kombu import Connection

from shared import bus
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest
from shared.model.message import encode
from shared.runtime.confirming import Confirming
from shared.runtime.message_store import OutboxRow
from tests.alerts import firing_alert
from tests.doubles.mail import text_of
from tests.wire.platform import Platform
from tests.wire.servers.postgresql import PostgreSQL
from tests.wire.servers.rabbitmq import RabbitMQ
from tests.wire.trial import Doubles
from tests.wire.waiting import until

PER_SECOND: Final = 10_000 / 60
VITAL: Final = "ALERTE VITALE"
_TEAMS: Final = ("gemapi-astreinte", "eclairage-astreinte", "dechets-astreinte")
_EACH_S: Final = 0.1
_ENDS_AFTER: Final = 30
_PATIENCE_S: Final = 300.0
_TOLD: Final = "SELECT count(DISTINCT alert) FROM notifier.incident_alert"
# So many that one rule alone has more than may open incidents of their own in a minute, and all together far more.
_RULES: Final = 50
_UNDER_WAY: Final = "SELECT count(*) FROM notifier.notification WHERE state IN ('queued', 'attempting')"
_OPEN: Final = "SELECT count(*) FROM notifier.folder WHERE due_at IS NOT NULL"
_HURRY: Final = "UPDATE notifier.folder SET due_at = now() WHERE due_at IS NOT NULL"
_STATES: Final = "SELECT state, count(*) FROM notifier.notification GROUP BY 1"
_FOLDED: Final = """
SELECT count(*), count(DISTINCT (person, incident, kind, queued_at))
FROM notifier.folded JOIN notifier.notification ON id = notification
"""


@dataclass(frozen=True)
class Storm:
    """What came of it.

    Attributes:
        alerts: that were published.
        vital_s: from the publication of the vital one until Twilio had the first text about it, seconds.
        most_sms, most_mails: that one address got; ``digests``: by address.
        folded: notices.
        to_list, listed: lines that digests must have (a text and a mail that say the same are one), and that they have.
        unsettled: notices that are neither sent nor folded.
        behind_s: from the last publication until everything was decided, seconds.
    """

    alerts: int
    vital_s: float
    most_sms: int
    most_mails: int
    digests: dict[str, int]
    folded: int
    to_list: int
    listed: int
    unsettled: int
    behind_s: float

    def is_good(self) -> bool:
        """Whether nobody was drowned, nothing lost, and the vital one not held up."""
        calm = self.most_sms <= 20 and set(self.digests.values()) == {1}
        return calm and self.vital_s < 5 and self.unsettled == 0 and self.listed == self.to_list > 0


def run(servers: tuple[RabbitMQ, PostgreSQL], folder: Path, alerts: int) -> Storm:
    """Publish so many alerts, as fast as ten thousand in a minute, under the shipped limits. When all is decided the
    hour of the digests comes, without half an hour's wait."""
    with Doubles() as doubles, Platform(*servers, folder, settings=doubles.settings()) as platform:
        platform.start(bus.NOTIFIER)
        vital_at = _publish(platform, alerts)
        ended = time.monotonic()
        until(lambda: platform.schemas.sql(_TOLD)[0][0] == alerts, _PATIENCE_S, "all alerts are taken")
        until(lambda: platform.schemas.sql(_UNDER_WAY) == [(0,)], _PATIENCE_S, "all is decided")
        behind = time.monotonic() - ended
        platform.schemas.sql(_HURRY)
        until(lambda: platform.schemas.sql(_OPEN) == [(0,)], _PATIENCE_S, "the digests are composed")
        until(lambda: platform.schemas.sql(_UNDER_WAY) == [(0,)], _PATIENCE_S, "the digests are sent")
        return _outcome(platform, doubles, alerts, vital_at, behind)


def _outcome(platform: Platform, doubles: Doubles, alerts: int, vital_at: datetime, behind: float) -> Storm:
    vital = min(message.at for message in doubles.twilio.taken if VITAL in message.body)
    digests = [(to, letter) for to, letter in doubles.mail.letters if "regroupé" in str(letter["Subject"])]
    folded, to_list = platform.schemas.sql(_FOLDED)[0]
    states: dict[str, int] = dict(platform.schemas.sql(_STATES))
    return Storm(
        alerts=alerts,
        vital_s=round((vital - vital_at).total_seconds(), 2),
        most_sms=max(Counter(message.to for message in doubles.twilio.taken).values()),
        most_mails=max(Counter(to for to, _ in doubles.mail.letters).values()),
        digests=dict(Counter(to for to, _ in digests)),
        folded=folded,
        to_list=to_list,
        listed=sum(_lines(text_of(letter)) for _, letter in digests),
        unsettled=sum(states.values()) - states.get("sent", 0) - states.get("folded", 0),
        behind_s=round(behind, 1),
    )


def _lines(letter: str) -> int:
    return len(re.findall(r"^- ", letter, re.MULTILINE))


def _publish(platform: Platform, number: int) -> datetime:
    """When the vital one was published; the others come evenly, and some of them end again."""
    messages = list(_alerts(number))
    with Connection(platform.administrator) as link:
        channel = Confirming(link)
        began, sent = time.monotonic(), 0
        vital_at = datetime.now(UTC)
        while sent < len(messages):
            due = min(len(messages), int((time.monotonic() - began) * len(messages) / number * PER_SECOND) + 1)
            for alert in messages[sent:due]:
                if alert.criticality is Criticality.VITAL:
                    vital_at = datetime.now(UTC)
                _send(channel, alert)
            channel.wait()
            sent = due
            time.sleep(_EACH_S)
    return vital_at


def _send(channel: Confirming, alert: AlertChanged) -> None:
    event = bus.ALERT_CHANGED.name
    channel.publish(OutboxRow(1, str(uuid4()), event, event, encode(alert), time.time()))


def _alerts(number: int) -> Iterator[AlertChanged]:
    for index in range(number):
        yield _alert(index, index == number // 2)
        if index % 10 == 0 and index >= _ENDS_AFTER and index - _ENDS_AFTER != number // 2:
            yield _alert(index - _ENDS_AFTER, is_vital=False, status=AlertStatus.RESOLVED)


def _alert(index: int, is_vital: bool, **said: Any) -> AlertChanged:
    words = f"{VITAL} : 4,20 m" if is_vital else f"Point {index} : 2,02 m"
    team = _TEAMS[0] if is_vital else _TEAMS[index % len(_TEAMS)]
    return firing_alert(
        alert=f"storm-{index}",
        rule=f"gemapi.orage-{index % _RULES}",
        point=f"point-{index}",
        point_title=f"Point {index}",
        at=datetime.now(UTC),
        owner="gemapi",
        criticality=Criticality.VITAL if is_vital else Criticality.NORMAL,
        notify=(NotifyRequest(team=team, message=words),),
        **said,
    )
