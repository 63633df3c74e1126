"""Takes what a sender claims: stores what is new, keeps the rest to look at, and tells the rules engine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from services.telemetry.domain.admitting import admit, rejection
from services.telemetry.domain.claim import Claim, Outcome, Rejection
from services.telemetry.domain.comparing import Sorted, sort_out
from services.telemetry.domain.directory import Directory
from services.telemetry.storage.observations import Observations
from shared import bus
from shared.model.observations import Observation
from shared.model.observations import Observations as ObservationsMessage
from shared.model.registry import Credential
from shared.model.rejections import RejectionReason, UplinkRejected
from shared.runtime.database import Database, Transaction


def take_claims(
    database: Database,
    directory: Directory,
    claims: Sequence[Claim],
    refused: Sequence[Rejection],
    key: str | None,
    payload: str,
    now: datetime,
) -> Outcome:
    """Store the claims of one request.

    Args:
        refused: what the source could not read.
        key: of the sender.
        payload: the body as it came, kept beside a rejection.
    """
    observations: list[Observation] = []
    rejections = list(refused)
    credential = directory.credential(key)
    if credential is None and claims:
        rejections.append(Rejection(RejectionReason.WRONG_KEY, "no key, or one that the registry doesn't know"))
    elif credential is not None:
        _admit(claims, credential, directory, now, observations, rejections)
    with database.transaction() as transaction:
        stored = Observations(transaction)
        parted = sort_out(observations, stored.stored_values(observations))
        stored.add(parted.new, now)
        stored.quarantine(parted.conflicts, now)
        stored.reject(rejections, payload, now)
        stored.count(_counts(parted, rejections))
        _publish(transaction, parted.new, rejections, now)
    return Outcome(len(parted.new), parted.duplicates, len(parted.conflicts), tuple(rejections))


def _admit(
    claims: Sequence[Claim],
    credential: Credential,
    directory: Directory,
    now: datetime,
    observations: list[Observation],
    rejections: list[Rejection],
) -> None:
    for index, claim in enumerate(claims):
        for found in admit(claim, credential, directory, now):
            if isinstance(found, Observation):
                observations.append(found)
            else:
                rejections.append(rejection(found, claim, index))


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
