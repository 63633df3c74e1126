"""Decides of values in quarantine: a released one is stored and counts as late data, a discarded one is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from services.telemetry.domain.claim import Reading, legible
from services.telemetry.domain.comparing import key_of
from services.telemetry.domain.days import changed_days
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.disputed import Disputed, Verdict
from services.telemetry.storage.counters import Counters
from services.telemetry.storage.daily import Days
from services.telemetry.storage.observations import Observations
from services.telemetry.storage.quarantine import Quarantine
from services.telemetry.use_cases.count_up import count_again
from services.telemetry.use_cases.tell_observations import history_of, tell
from shared import bus
from shared.actor import Actor
from shared.civil_time import require_aware
from shared.errors import InputError, NotFound
from shared.model.observations import Observation
from shared.runtime.database import Database, Transaction

_MOST: Final = 1_000
_LONGEST_REASON: Final = 500


@dataclass(frozen=True)
class Order:
    """Who wants what to be settled, and why.

    Attributes:
        ids: of values in quarantine; none: the one of ``moment``.
        moment: point, property and time of which one value waits.
    """

    actor: Actor
    reason: str
    ids: tuple[int, ...] = ()
    moment: tuple[str, str, datetime] | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip() or len(self.reason) > _LONGEST_REASON:
            raise InputError(f"say why, in up to {_LONGEST_REASON} characters")
        if bool(self.ids) == bool(self.moment):
            raise InputError("name ids, or else a point, a property and a time")
        if len(self.ids) > _MOST:
            raise InputError(f"{len(self.ids)} ids: settle up to {_MOST} at a time")


def moment_of(point: str, name: str, time: str) -> tuple[str, str, datetime]:
    """The moment of a series, its time in RFC 3339.

    Raises:
        InputError: it is no time, or has no offset.
    """
    try:
        return legible(point), legible(name), require_aware(datetime.fromisoformat(time))
    except (ValueError, OverflowError) as error:
        raise InputError(f"'{time}' is no time with an offset: 2022-01-10T01:45:00Z") from error


def waiting(database: Database, points: Sequence[str] | None, most: int) -> list[dict[str, Any]]:
    """What is in quarantine and waits for a decision, newest first."""
    with database.transaction() as transaction:
        wanted = None if points is None else [legible(point) for point in points]
        found = Quarantine(transaction).waiting(wanted, max(1, min(most, 10 * _MOST)))
    return [_shown(item) for item in found]


def release(database: Database, directory: Directory, order: Order, now: datetime) -> list[dict[str, Any]]:
    """Put the values in the place of those that are stored, and tell the rules engine; all of them or none.

    What was released already changes nothing, also if another value was released since: ``is_stored`` tells. What is
    worked out of them (days, indicators) follows by the due rows.

    Raises:
        NotFound: there is no such value, or nothing that it contradicts.
        Forbidden: the point is another directorate's.
        InputError: two of them are of the same moment, or can't be judged.
    """
    return _settled(database, directory, order, Verdict.RELEASED, now, _release)


def discard(database: Database, directory: Directory, order: Order, now: datetime) -> list[dict[str, Any]]:
    """Refuse the values: what is stored stays. They can still be released later; errors as of ``release``."""
    return _settled(database, directory, order, Verdict.DISCARDED, now, _discard)


_Act = Callable[[Transaction, Directory, Sequence[Disputed], datetime], None]


def _settled(
    database: Database, directory: Directory, order: Order, verdict: Verdict, now: datetime, act: _Act
) -> list[dict[str, Any]]:
    with database.transaction() as transaction:
        points = {item.point for item in _chosen(transaction, order)}
        # In the order of ``count_up``: its counters first, then the history that it changes.
        Counters(transaction).take_turns(points)
        for partition in sorted({bus.partition_of(point) for point in points}):
            transaction.alone(history_of(partition))
        chosen = _chosen(transaction, order)
        for item in chosen:
            order.actor.require(_directorate(directory, item.point), f"settle what '{item.point}' observed")
        new = [item for item in chosen if item.verdict is not verdict]
        act(transaction, directory, new, now)
        Quarantine(transaction).settle(new, verdict, now)
        for item in new:
            detail = f"{item.in_words()}: {' '.join(legible(order.reason).split())}"
            transaction.audit(order.actor, verdict.value, f"{item.point} {item.name}", now, detail)
        return [
            {**_shown(item), "became": verdict.value, "is_new": item in new, "is_stored": _is_stored(transaction, item)}
            for item in chosen
        ]


def _is_stored(transaction: Transaction, item: Disputed) -> bool:
    """Whether what is offered is what stands there now; of a counter, what it showed."""
    if item.path is None and Observations(transaction).value_of(item.key) == item.value:
        return True
    shown = Counters(transaction).shown(*item.key)
    return any(
        value == item.value
        for (device, path), value in shown.items()
        if item.device is None or (device, path) == (item.device, item.path)
    )


def _chosen(transaction: Transaction, order: Order) -> list[Disputed]:
    quarantine = Quarantine(transaction)
    if order.moment is None:
        found = quarantine.of_ids(order.ids)
        missing = sorted(set(order.ids) - {item.id for item in found})
        if missing:
            raise NotFound("value in quarantine", str(missing[0]))
        return found
    found = quarantine.of_moment(order.moment)
    open_ones = [item for item in found if item.verdict is None]
    if len(open_ones) > 1:
        ids = ", ".join(str(item.id) for item in open_ones)
        raise InputError(f"several values are offered for that moment: name one of {ids}")
    if not found:
        point, name, time = order.moment
        raise NotFound("value in quarantine", f"{point} {name} {time.isoformat()}")
    return open_ones or found[:1]


def _directorate(directory: Directory, point: str) -> str:
    known = directory.points.get(point)
    return "" if known is None else known.directorate


def _discard(transaction: Transaction, _directory: Directory, items: Sequence[Disputed], _now: datetime) -> None:
    for item in items:
        if item.verdict is Verdict.RELEASED:
            if _is_stored(transaction, item):
                raise InputError(f"{item.id} was released and is what is stored: release what is right instead")
            raise InputError(f"{item.id} was released and replaced since: it is not stored any more")


def _release(transaction: Transaction, directory: Directory, items: Sequence[Disputed], now: datetime) -> None:
    moments = defaultdict[tuple[object, ...], list[int]](list)
    for item in items:
        moments[(*item.key, item.device if item.path else None)].append(item.id)
    if doubtful := next((ids for ids in moments.values() if len(ids) > 1), None):
        raise InputError(f"{doubtful[0]} and {doubtful[1]} are offered for the same moment: release one of them")
    corrected = _corrected(transaction, directory, items)
    Observations(transaction).correct({key_of(item): (item.value, item.quality) for item in corrected})
    tell(transaction, corrected)
    Days(transaction).note(changed_days(map(key_of, corrected), directory, now), now)


def _corrected(transaction: Transaction, directory: Directory, items: Sequence[Disputed]) -> list[Observation]:
    """The stored observations that have another value now; of a counter also the one behind."""
    plain, readings = list[Observation](), list[Reading]()
    for item in items:
        counter = _counter(transaction, item)
        if counter is None:
            plain.append(_in_place(transaction, item.observation(directory)))
        else:
            readings.append(item.reading(directory, *counter))
    counted = count_again(transaction, readings) if readings else ()
    return sorted((*plain, *counted), key=key_of)


def _counter(transaction: Transaction, item: Disputed) -> tuple[str, str] | None:
    """Device and path of the counter that showed what is contradicted; None: it is no counter's."""
    if item.device is not None:
        return None if item.path is None else (item.device, item.path)
    # It was put aside before devices were noted.
    shown = Counters(transaction).shown(*item.key)
    return next((counter for counter, value in sorted(shown.items()) if value == item.stored_value), None)


def _in_place(transaction: Transaction, offered: Observation) -> Observation:
    unit = Observations(transaction).unit_of(key_of(offered))
    if unit is None:
        raise NotFound("observation", f"{offered.point} {offered.property} {offered.time.isoformat()}")
    if unit != offered.unit:
        raise InputError(f"it is offered in {offered.unit}, and {unit} is stored: discard it")
    return offered


def _shown(item: Disputed) -> dict[str, Any]:
    return {
        "id": item.id,
        "point": item.point,
        "property": item.name,
        "time": item.time,
        "stored": item.stored_value,
        "offered": item.value,
        "unit": item.unit,
        "since": item.received_at,
        "device": item.device,
        "trace": item.trace,
        "is_counter": item.path is not None,
    }
