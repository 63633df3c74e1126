"""Tells the rules engine what was observed before its rules were there: little by little, behind what comes now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from services.telemetry.storage.history_requests import HistoryRequests, Progress
from services.telemetry.storage.retelling import Retelling
from services.telemetry.use_cases.tell_observations import history_of
from shared import bus
from shared.civil_time import require_aware
from shared.errors import InputError
from shared.model.history import HistoryRequested
from shared.model.observations import Observation, Observations
from shared.runtime.database import Database, Received, Transaction

_PORTION: Final = 2_500
"""Observations that are told in one transaction: it is over in a tenth of a second."""

_MOST_SERIES: Final = 100
"""That are looked at in one transaction: also those of which little is there cost a question each."""

_IN_A_MESSAGE: Final = 1_000

_PAUSE: Final = timedelta(milliseconds=250)
"""Between two portions, whoever asked for them: in it the engine takes them, and what is observed meanwhile."""


def take_requests(database: Database, received: Sequence[Received[HistoryRequested]], now: datetime) -> None:
    """Keep wishes for history; they are told by ``answer_history``."""
    for item in received:
        _check(item.message)
    with database.transaction() as transaction:
        requests = HistoryRequests(transaction)
        for item in transaction.first_seen(received):
            requests.add(item.message, now)


def _check(request: HistoryRequested) -> None:
    # Another partition's samples are another replica's.
    stray = [item.point for item in request.wanted if bus.partition_of(item.point) != request.partition]
    if stray:
        raise InputError(f"'{stray[0]}' is not of partition {request.partition}: ask for its own")
    for item in request.wanted:
        require_aware(item.since)
        if item.samples < 0:
            raise InputError(f"{item.samples} samples of '{item.point}': ask for 0 or more")


def answer_history(database: Database, now: datetime) -> datetime | None:
    """Tell a portion of what is wanted, if one is due; when to go on, if ever."""
    with database.transaction() as transaction:
        requests = HistoryRequests(transaction)
        due = requests.next_due()
        if due is None or due > now:
            return due
        progress = None if requests.is_bus_behind() else requests.take(now)
        if progress is None:
            # Or another replica is at it.
            return now + _PAUSE
        _go_on(transaction, requests, progress, now)
        return requests.next_due()


def _go_on(transaction: Transaction, requests: HistoryRequests, progress: Progress, now: datetime) -> None:
    partition = progress.request.partition
    # What is read here is told before anyone may correct it, so the correction is told after it.
    transaction.alone(history_of(partition))
    told, progress = _portion(Retelling(transaction), progress, now)
    for start in range(0, len(told), _IN_A_MESSAGE):
        some = Observations(partition=partition, observations=tuple(told[start : start + _IN_A_MESSAGE]))
        transaction.publish(bus.OBSERVATIONS, some, routing_key=str(partition))
    if progress.wanted is None:
        last = Observations(partition=partition, observations=(), complete=progress.request.wanted)
        transaction.publish(bus.OBSERVATIONS, last, routing_key=str(partition))
        requests.drop(progress)
    else:
        # Behind all others: of many wishes each gets on, and together they are no faster than one.
        requests.keep(progress, max(now, requests.last_due() or now) + _PAUSE)


def _portion(retelling: Retelling, progress: Progress, now: datetime) -> tuple[list[Observation], Progress]:
    """What is told at once, and how far it goes."""
    told = list[Observation]()
    for _ in range(_MOST_SERIES):
        wanted, room = progress.wanted, _PORTION - len(told)
        if wanted is None or room == 0:
            break
        series = wanted.point, wanted.property
        if progress.told_until is None:
            some = retelling.since(series, retelling.beginning(wanted, now), room)
        else:
            some = retelling.after(series, progress.told_until, room)
        told += some
        progress = progress.went(some[-1].time) if len(some) == room else progress.went_on()
    return told, progress
