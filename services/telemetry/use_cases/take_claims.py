"""Takes what a sender claims: stores what is new, keeps the rest to look at, and tells the rules engine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from services.telemetry.domain.admitting import admit, rejection
from services.telemetry.domain.claim import Intake, Outcome, Rejection
from services.telemetry.domain.comparing import Sorted, first_of_each, sort_out
from services.telemetry.domain.directory import Directory
from services.telemetry.storage.observations import Observations
from services.telemetry.storage.partitions import Partitions
from shared import bus
from shared.model.observations import Observation
from shared.model.observations import Observations as ObservationsMessage
from shared.model.rejections import RejectionReason, UplinkRejected
from shared.runtime.database import Database, Transaction

Refused = tuple[Rejection, bytes]
"""With the payload that it came in."""


def take_claims(
    database: Database, partitions: Partitions, directory: Directory, intakes: Sequence[Intake], now: datetime
) -> Outcome:
    """Store the claims of some requests, all in one transaction; what became of them together."""
    if not intakes:
        return Outcome()
    admitted: list[Observation] = []
    refused: list[Refused] = []
    for intake in intakes:
        _admit(intake, directory, now, admitted, refused)
    firsts = first_of_each(admitted)
    partitions.make_room(database, (time for _point, _property, time in firsts))
    with database.transaction() as transaction:
        stored = Observations(transaction)
        parted = sort_out(admitted, stored.add(firsts, now))
        stored.quarantine(parted.conflicts, now)
        stored.reject(refused, now)
        rejections = tuple(item for item, _payload in refused)
        _publish(transaction, parted.new, rejections, now)
        # Last: every replica adds to the same tallies, and waits for who did it first.
        stored.count(_counts(parted, rejections))
    return Outcome(len(parted.new), parted.duplicates, len(parted.conflicts), rejections)


def _admit(
    intake: Intake, directory: Directory, now: datetime, admitted: list[Observation], refused: list[Refused]
) -> None:
    refused.extend((item, intake.payload) for item in intake.refused)
    if intake.credential is None:
        if intake.claims:
            stranger = Rejection(RejectionReason.WRONG_KEY, "no key, or one that the registry doesn't know")
            refused.append((stranger, intake.payload))
        return
    for index, claim in enumerate(intake.claims):
        for found in admit(claim, intake.credential, directory, now):
            if isinstance(found, Observation):
                admitted.append(found)
            else:
                refused.append((rejection(found, claim, index), intake.payload))


def _counts(parted: Sorted, rejections: Sequence[Rejection]) -> Counter[str]:
    counts = Counter(f"rejected:{item.reason}" for item in rejections)
    counts.update(observations=len(parted.new), duplicates=parted.duplicates, quarantined=len(parted.conflicts))
    return counts


def _publish(
    transaction: Transaction, new: Sequence[Observation], rejections: Sequence[Rejection], now: datetime
) -> None:
    partitions: dict[int, list[Observation]] = defaultdict(list)
    for observation in new:
        partitions[bus.partition_of(observation.point)].append(observation)
    for partition, observations in sorted(partitions.items()):
        message = ObservationsMessage(partition=partition, observations=tuple(observations))
        transaction.publish(bus.OBSERVATIONS, message, routing_key=str(partition))
    for item in rejections:
        told = UplinkRejected(reason=item.reason, device=item.device, detail=item.detail, at=now, trace=item.trace)
        transaction.publish(bus.UPLINK_REJECTED, told)
