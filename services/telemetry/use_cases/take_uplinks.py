"""Takes what was published over MQTT: a batch of messages becomes one transaction, or a few if they say much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from services.telemetry.domain.claim import Intake, Outcome, Rejection
from services.telemetry.domain.directory import NETWORK_SERVER, Directory
from services.telemetry.domain.hearing import Hearing
from services.telemetry.sources import mqtt
from services.telemetry.storage.partitions import Partitions
from services.telemetry.use_cases.take_claims import take_claims
from shared.model.registry import Credential
from shared.model.rejections import RejectionReason
from shared.model.uplinks import Uplink
from shared.runtime.database import Database

_MOST_CLAIMS: Final = 5_000
"""In one transaction. A message may hold thousands: a whole batch of such would keep the process from answering."""


def take_uplinks(
    database: Database,
    partitions: Partitions,
    directory: Directory,
    uplinks: Sequence[Uplink],
    limit: int,
    now: datetime,
    hearing: Hearing | None = None,
) -> Outcome:
    """Store what the messages say; what became of them together.

    Args:
        limit: the most bytes that a body may have.
        hearing: what was told of devices before; None: nothing.
    """
    hearing = hearing or Hearing()
    outcome = Outcome()
    for intakes in _portions(directory, uplinks, limit):
        outcome += take_claims(database, partitions, directory, intakes, now, hearing)
    return outcome


def _portions(directory: Directory, uplinks: Sequence[Uplink], limit: int) -> Iterator[list[Intake]]:
    portion: list[Intake] = []
    claims = 0
    for uplink in uplinks:
        published = mqtt.read(uplink, limit)
        if published is None or not (published.claims or published.refused):
            continue
        portion.append(_intake(published, uplink.body, directory))
        claims += len(published.claims)
        if claims >= _MOST_CLAIMS:
            yield portion
            portion, claims = [], 0
    yield portion


def _intake(published: mqtt.Published, body: bytes, directory: Directory) -> Intake:
    name = published.directorate
    if published.network_server:
        return Intake(published.claims, published.refused, NETWORK_SERVER, body)
    if name in directory.directorates:
        credential = Credential(id=f"mqtt:{name}", key_sha256="", directorate=name)
        return Intake(published.claims, published.refused, credential, body)
    return Intake((), (), None, body, _stranger(published))


def _stranger(published: mqtt.Published) -> Rejection:
    if not published.directorate:
        return published.refused[0]
    detail = f"no directorate '{published.directorate}' in the registry"
    return Rejection(RejectionReason.WRONG_KEY, detail, trace=published.trace)
