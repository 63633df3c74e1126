"""What luminaires reported, as the controller's queue on the broker has it. Needs no pytest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from kombu import Connection

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.domain.commanding.hearing import hear
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.drivers import Read
from services.lighting_controller.drivers.mqtt_messages import read_own
from shared import bus


class HeardQueue:
    """A memory of reports that takes them from the queue when it is asked.

    Attributes:
        read: of the way on which the luminaires are reached.
    """

    def __init__(self, link: Connection, read: Read = read_own) -> None:
        self.read = read
        self._channel = link.default_channel
        self._luminaires: dict[str, Luminaire] = {}

    def latest(self, luminaires: Sequence[str]) -> Sequence[Report]:
        while (message := self._channel.basic_get(bus.LUMINAIRE_REPORTS.queue, no_ack=True)) is not None:
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            report = self.read(message.delivery_info["routing_key"], body, datetime.now(UTC))
            assert report is not None
            known = self._luminaires.get(report.luminaire, Luminaire(id=report.luminaire))
            self._luminaires[report.luminaire] = hear(known, report)
        return [_report(self._luminaires[name]) for name in luminaires if name in self._luminaires]


def _report(luminaire: Luminaire) -> Report:
    assert luminaire.reported_at is not None
    return Report(luminaire.id, luminaire.feedback, luminaire.actual, luminaire.reported_at, luminaire.obeyed)
