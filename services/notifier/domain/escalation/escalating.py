"""When somebody else is told of an incident that nobody has taken up. Durations, so that no clock change matters.

running -> exhausted -> acknowledged
   ^  '-------------------->  |
   '--------------------------'     and each of them -> ended, with the incident

A process that was away tells one overdue step, and counts the delay of the next from then: nobody gets a burst, and who
is told has the time to answer that the policy gives.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.notifier.domain.delivering.notification import TELLING, Kind, Notification
from services.notifier.domain.escalation.escalation import Escalation, Policy, State, Step
from services.notifier.domain.ledger.ledger import Verdict
from services.notifier.domain.people.routing import RouteReason

ASKED_AGAIN: Final = timedelta(minutes=1)
"""Whether an incident may be told is asked again after so long, where nobody knows until when it may not."""

_INSTANT: Final = timedelta(microseconds=1)


class Act(StrEnum):
    """What is to be done now."""

    TELL = "tell"
    REMIND = "remind"
    UNACKNOWLEDGE = "unacknowledge"
    WAIT = "wait"
    PUT_OFF = "put-off"
    END = "end"


@dataclass(frozen=True)
class Turn:
    """What is to be done, and where the incident stands after it.

    Attributes:
        step: which is told; None unless one is.
    """

    act: Act
    after: Escalation
    step: Step | None = None


def begun(incident: str, policy: Policy, now: datetime) -> Escalation:
    """The incident opened."""
    return Escalation(
        incident=incident,
        policy=policy.id,
        state=State.RUNNING,
        step=0,
        round=1,
        last_round=1 + policy.repeats,
        due_at=now + policy.steps[0].after,
        began_at=now,
    )


def begun_again(escalation: Escalation, policy: Policy, now: datetime) -> Escalation:
    """From the first step: the severity calls for another policy, or nobody takes care any more."""
    # A round of its own, so that what is told is not taken for what was told.
    return _anew(escalation, policy, escalation.round + 1, now)


def released(escalation: Escalation, policy: Policy, told: Collection[Notification], now: datetime) -> Escalation:
    """People are told now what was held back of it; whoever hears has the time to answer that the policy gives.

    If nobody heard anything in this run, it begins now. A step that was put off meanwhile keeps its place, and its
    delay counts from now. What was told all the while, since some of it was not held back, goes on.

    Args:
        told: what was said of the incident before.
    """
    if escalation.state is not State.RUNNING:
        return escalation
    in_run = [notice for notice in told if notice.queued_at >= escalation.began_at and notice.kind in TELLING]
    if not in_run:
        return _anew(escalation, policy, escalation.round, now)
    wait = _wait(escalation, policy)
    if escalation.due_at is None or escalation.due_at <= _last_step(escalation, in_run) + wait:
        return escalation
    return replace(escalation, due_at=now + wait)


def taken(escalation: Escalation, policy: Policy | None, now: datetime) -> Escalation:
    """Somebody acknowledged: no step comes."""
    if escalation.state is State.ENDED:
        return escalation
    waits = replace(escalation, state=State.ACKNOWLEDGED, acknowledged_at=now, reminded=False)
    return replace(waits, due_at=None if policy is None else _next_look(waits, policy))


def ended(escalation: Escalation) -> Escalation:
    """It is resolved."""
    return replace(escalation, state=State.ENDED, due_at=None)


@dataclass(frozen=True)
class PutOff:
    """People are not to be told of the incident now.

    Attributes:
        until: when to ask again, UTC; None: nobody knows, and it is asked soon.
        verdict: as the ledger notes it.
        by: the reason, for people.
    """

    until: datetime | None
    verdict: Verdict
    by: str


def put_off(escalation: Escalation, why: PutOff, now: datetime) -> Escalation:
    """The same step later. It is asked again soon also where the end is known: a silence may be ended before it, and
    what it is about may change."""
    soon = now + ASKED_AGAIN
    return replace(escalation, due_at=soon if why.until is None else max(min(why.until, soon), now + _INSTANT))


def turn(escalation: Escalation, policy: Policy | None, now: datetime) -> Turn:
    """What to do with one that is due.

    Args:
        policy: None: it has none any more.
    """
    if policy is None or escalation.state in (State.ENDED, State.EXHAUSTED):
        return Turn(Act.END, ended(escalation))
    if escalation.state is State.ACKNOWLEDGED:
        return _look_at_acknowledged(escalation, policy, now)
    # A policy that lost steps meanwhile: its last one.
    index = min(escalation.step, len(policy.steps) - 1)
    return Turn(Act.TELL, _after_step(escalation, policy, index, now), policy.steps[index])


def _after_step(escalation: Escalation, policy: Policy, index: int, now: datetime) -> Escalation:
    told = replace(escalation, told_steps=escalation.told_steps + 1)
    if index + 1 < len(policy.steps):
        return replace(told, step=index + 1, due_at=now + policy.steps[index + 1].after)
    if escalation.round < escalation.last_round:
        return replace(told, step=0, round=escalation.round + 1, due_at=now + policy.repeats_after)
    return replace(told, step=index + 1, state=State.EXHAUSTED, due_at=None)


def _look_at_acknowledged(escalation: Escalation, policy: Policy, now: datetime) -> Turn:
    """Of both, if both are due, the acknowledgement ends: a reminder of what counts no more helps nobody."""
    since = escalation.acknowledged_at or escalation.began_at
    if policy.unacknowledge_after is not None and now >= since + policy.unacknowledge_after:
        return Turn(Act.UNACKNOWLEDGE, begun_again(escalation, policy, now))
    if policy.remind_after is None or escalation.reminded:
        # The file was changed meanwhile.
        return Turn(Act.WAIT, replace(escalation, due_at=_next_look(escalation, policy)))
    reminded = replace(escalation, reminded=True)
    return Turn(Act.REMIND, replace(reminded, due_at=_next_look(reminded, policy)))


def _anew(escalation: Escalation, policy: Policy, number: int, now: datetime) -> Escalation:
    anew = begun(escalation.incident, policy, now)
    return replace(anew, round=number, last_round=number + policy.repeats, told_steps=escalation.told_steps)


def _wait(escalation: Escalation, policy: Policy) -> timedelta:
    """How long the step that comes next comes after what was before it."""
    if escalation.step == 0 and escalation.round > escalation.last_round - policy.repeats:
        return policy.repeats_after
    return policy.steps[min(escalation.step, len(policy.steps) - 1)].after


def _last_step(escalation: Escalation, in_run: Collection[Notification]) -> datetime:
    """When the last step of the run was told; if none was, when it began."""
    steps = (notice for notice in in_run if notice.kind is Kind.ESCALATION)
    # What did not arrive and went on came later than its step.
    own = (notice.queued_at for notice in steps if notice.route is not RouteReason.MOVED_ON)
    return max(own, default=escalation.began_at)


def _next_look(escalation: Escalation, policy: Policy) -> datetime | None:
    since = escalation.acknowledged_at or escalation.began_at
    waits = (None if escalation.reminded else policy.remind_after, policy.unacknowledge_after)
    return min((since + wait for wait in waits if wait is not None), default=None)
