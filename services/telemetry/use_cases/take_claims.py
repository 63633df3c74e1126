"""Takes what a sender claims: stores what is new, keeps the rest to look at, and tells who wants to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from services.telemetry.domain.admitted import Admitted
from services.telemetry.domain.claim import Intake, Outcome, Rejection
from services.telemetry.domain.comparing import Sorted, first_of_each, key_of, sort_out
from services.telemetry.domain.days import changed_days
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.hearing import Hearing
from services.telemetry.storage.daily import Days
from services.telemetry.storage.observations import Observations
from services.telemetry.storage.partitions import Partitions
from services.telemetry.storage.quarantine import Quarantine
from services.telemetry.use_cases.count_up import Counted, count_up
from services.telemetry.use_cases.tell_observations import tell
from shared import bus
from shared.model.devices import DevicesHeard, Heard
from shared.model.rejections import UplinkRejected
from shared.runtime.database import Database, Transaction


def take_claims(
    database: Database,
    partitions: Partitions,
    directory: Directory,
    intakes: Sequence[Intake],
    now: datetime,
    hearing: Hearing | None = None,
) -> Outcome:
    """Store the claims of some requests, all in one transaction; what became of them together.

    Args:
        hearing: what was told of devices before; None: nothing.
    """
    if not intakes:
        return Outcome()
    hearing = hearing or Hearing()
    admitted = Admitted()
    for intake in intakes:
        admitted.take(intake, directory, now)
    news = hearing.news(admitted.heard, now)
    partitions.make_room(database, times_of(admitted))
    with database.transaction() as transaction:
        outcome = store(transaction, admitted, news, directory, now)
    hearing.told(news, now)
    return outcome


def store(
    transaction: Transaction, admitted: Admitted, news: tuple[Heard, ...], directory: Directory, now: datetime
) -> Outcome:
    """Store what was admitted, and tell of it; ``news`` is what the registry hears of devices."""
    counted = count_up(transaction, admitted.readings)
    observations = [*admitted.observations, *counted.observations]
    stored = Observations(transaction)
    parted = sort_out(observations, stored.add(first_of_each(observations), now))
    conflicts = admitted.with_devices(parted.conflicts, directory)
    Quarantine(transaction).put_aside((*conflicts, *counted.conflicts), now)
    stored.reject(admitted.shown, now)
    outcome = _outcome(parted, counted, tuple(item for item, _payload in admitted.refused))
    tell(transaction, (*parted.new, *counted.corrected))
    _publish(transaction, [item for item, _payload in admitted.shown], news, now)
    changed = map(key_of, (*parted.new, *counted.corrected))
    Days(transaction).note(changed_days(changed, directory, now), now)
    # Last: every replica adds to the same tallies, and waits for who did it first.
    stored.count(_counts(outcome))
    return outcome


def times_of(admitted: Admitted) -> Iterator[datetime]:
    """The times of all that was admitted: there has to be room for them."""
    yield from (observation.time for observation in admitted.observations)
    yield from (reading.observation.time for reading in admitted.readings)


def _outcome(parted: Sorted, counted: Counted, rejections: tuple[Rejection, ...]) -> Outcome:
    # A counter's first reading is taken although nothing can be observed yet, and one in between mends another.
    return Outcome(
        accepted=len(parted.new) - len(counted.observations) + counted.taken,
        duplicates=parted.duplicates + counted.duplicates,
        quarantined=len(parted.conflicts) + len(counted.conflicts),
        rejections=rejections,
    )


def _counts(outcome: Outcome) -> Counter[str]:
    counts = Counter(f"rejected:{item.reason}" for item in outcome.rejections)
    counts.update(observations=outcome.accepted, duplicates=outcome.duplicates, quarantined=outcome.quarantined)
    return counts


def _publish(transaction: Transaction, rejections: Sequence[Rejection], news: tuple[Heard, ...], now: datetime) -> None:
    if news:
        transaction.publish(bus.DEVICES_HEARD, DevicesHeard(devices=news))
    for item in rejections:
        told = UplinkRejected(reason=item.reason, device=item.device, detail=item.detail, at=now, trace=item.trace)
        transaction.publish(bus.UPLINK_REJECTED, told)
