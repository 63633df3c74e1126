"""When somebody else is told of an incident that nobody has taken up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.escalation.escalating import (
    Act,
    PutOff,
    begun,
    begun_again,
    ended,
    put_off,
    released,
    taken,
    turn,
)
from services.notifier.domain.escalation.escalation import Applies, Escalation, Policies, Policy, State, Step
from services.notifier.domain.escalation.escalation_book import EscalationBook
from services.notifier.domain.incidents.incident import Incident
from services.notifier.domain.ledger.ledger import Verdict
from services.notifier.domain.people.routing import RouteReason
from shared.model.incidents import IncidentStatus

MINUTE = timedelta(minutes=1)


def policy_of(**said: object) -> Policy:
    valid: dict[str, object] = {
        "id": "vitale",
        "title": "Vitale",
        "applies": Applies(),
        "steps": (Step(after=5 * MINUTE, teams=("a",)), Step(after=10 * MINUTE, teams=("b",))),
    }
    return Policy(**(valid | said))  # type: ignore[arg-type]


def incident_of(**said: object) -> Incident:
    valid: dict[str, object] = {
        "id": "i-1", "code": "V-7K3Q", "status": IncidentStatus.OPEN, "title": "t", "rule": "gemapi.garonne",
        "owner": "gemapi", "severity": "orange", "criticality": "vital", "opened_at": datetime(2022, 1, 10, tzinfo=UTC),
    }  # fmt: skip
    return Incident(**(valid | said))  # type: ignore[arg-type]


def played(policy: Policy, escalation: Escalation) -> list[tuple[timedelta, Act, int, int]]:
    """All that falls due, each on time: since the start, what, step, round."""
    start, found = escalation.began_at, []
    while escalation.due_at is not None:
        now = escalation.due_at
        done = turn(escalation, policy, now)
        found.append((now - start, done.act, escalation.step, escalation.round))
        escalation = done.after
    return found


def test_each_step_is_told_its_delay_after_the_one_before(start: datetime) -> None:
    policy = policy_of()
    assert played(policy, begun("i-1", policy, start)) == [
        (5 * MINUTE, Act.TELL, 0, 1),
        (15 * MINUTE, Act.TELL, 1, 1),
    ]


def test_all_steps_are_repeated_as_often_as_the_policy_says(start: datetime) -> None:
    policy = policy_of(repeats=2, repeats_after=20 * MINUTE)
    told = [(at // MINUTE, step, number) for at, _, step, number in played(policy, begun("i-1", policy, start))]
    assert told == [(5, 0, 1), (15, 1, 1), (35, 0, 2), (45, 1, 2), (65, 0, 3), (75, 1, 3)]


def test_a_process_that_was_away_tells_one_step_and_gives_the_next_its_whole_delay(start: datetime) -> None:
    policy = policy_of()
    back = start + timedelta(hours=3)
    done = turn(begun("i-1", policy, start), policy, back)
    assert (done.act, done.after.step, done.after.due_at) == (Act.TELL, 1, back + 10 * MINUTE)


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, 0, 58, tzinfo=UTC), datetime(2026, 10, 25, 0, 58, tzinfo=UTC)])
def test_clocks_that_are_changed_change_no_delay(day: datetime) -> None:
    policy = policy_of()
    assert [at for at, *_ in played(policy, begun("i-1", policy, day))] == [5 * MINUTE, 15 * MINUTE]


def test_once_acknowledged_no_step_comes(start: datetime) -> None:
    policy = policy_of()
    for stage in (begun("i-1", policy, start), turn(begun("i-1", policy, start), policy, start).after):
        done = taken(stage, policy, start)
        assert (done.state, done.due_at) == (State.ACKNOWLEDGED, None)


def test_who_acknowledged_is_reminded_once_and_then_it_counts_no_more(start: datetime) -> None:
    policy = policy_of(remind_after=30 * MINUTE, unacknowledge_after=60 * MINUTE)
    done = taken(begun("i-1", policy, start), policy, start)
    assert [(at // MINUTE, act, number) for at, act, _, number in played(policy, done)] == [
        (30, Act.REMIND, 1),
        (60, Act.UNACKNOWLEDGE, 1),
        # From the first step, in a round of its own.
        (65, Act.TELL, 2),
        (75, Act.TELL, 2),
    ]


def test_of_a_reminder_and_an_end_that_are_both_overdue_the_end_is_told(start: datetime) -> None:
    policy = policy_of(remind_after=30 * MINUTE, unacknowledge_after=60 * MINUTE)
    done = taken(begun("i-1", policy, start), policy, start)
    assert turn(done, policy, start + 90 * MINUTE).act is Act.UNACKNOWLEDGE


def test_a_reminder_that_the_file_no_longer_wants_is_not_sent(start: datetime) -> None:
    done = taken(begun("i-1", policy_of(), start), policy_of(remind_after=30 * MINUTE), start)
    found = turn(done, policy_of(), start + 30 * MINUTE)
    assert (found.act, found.after.due_at) == (Act.WAIT, None)


def test_no_round_has_the_number_of_an_earlier_one(start: datetime) -> None:
    policy = policy_of(repeats=1, repeats_after=MINUTE)
    first = begun("i-1", policy, start)
    again = begun_again(replace(first, round=2), policy, start)
    assert (again.round, again.last_round) == (3, 4)


def test_a_policy_that_lost_steps_goes_on_with_its_last_one(start: datetime) -> None:
    first = begun("i-1", policy_of(), start)
    shorter = policy_of(steps=(Step(after=MINUTE, teams=("c",)),))
    done = turn(replace(first, step=1), shorter, start)
    assert (done.step, done.after.state) == (shorter.steps[0], State.EXHAUSTED)


def test_without_its_policy_it_ends(start: datetime) -> None:
    first = begun("i-1", policy_of(), start)
    done = turn(first, None, start)
    assert (done.act, done.after) == (Act.END, ended(first))


@pytest.mark.parametrize(
    ("applies", "expected"),
    [
        (Applies(), True),
        (Applies(criticality=frozenset({"vital"}), severity=frozenset({"orange", "red"})), True),
        (Applies(severity=frozenset({"red"})), False),
        (Applies(directorate=frozenset({"dechets"})), False),
        (Applies(rule=frozenset({"gemapi.garonne"})), True),
    ],
)
def test_a_policy_says_which_incidents_it_is_for(applies: Applies, expected: bool) -> None:
    assert applies.to(incident_of()) is expected


LOUD = policy_of(id="rouge", applies=Applies(severity=frozenset({"red"})), steps=(Step(after=MINUTE, teams=("a",)),))
QUIET = policy_of(id="autre")


def book_of(start: datetime, *stored: Escalation) -> EscalationBook:
    return EscalationBook(Policies((LOUD, QUIET)), stored, start)


def test_a_worse_severity_with_another_policy_begins_again_under_it(start: datetime) -> None:
    book = book_of(start, begun("i-1", QUIET, start - 20 * MINUTE))
    book.worsened(incident_of(severity="red"))
    (found,) = book.changed()
    assert (found.policy, found.round, found.step, found.due_at) == ("rouge", 2, 0, start + MINUTE)
    assert book.outgrown == {"i-1": "severity raised"}


def test_what_opens_again_begins_at_the_first_step_and_who_took_care_did_so_before(start: datetime) -> None:
    book = book_of(start, ended(begun("i-1", QUIET, start - 20 * MINUTE)))
    book.reopened(incident_of())
    (found,) = book.changed()
    assert (found.policy, found.round, found.step, found.state) == ("autre", 2, 0, State.RUNNING)
    assert book.outgrown == {"i-1": "opened again"}


def test_a_worse_severity_with_the_same_policy_goes_on(start: datetime) -> None:
    book = book_of(start, taken(begun("i-1", QUIET, start), QUIET, start))
    book.worsened(incident_of(severity="yellow"))
    assert (book.changed(), book.outgrown) == ([], {})


def test_opened_and_resolved_in_one_batch_it_has_ended(start: datetime) -> None:
    book = book_of(start)
    book.opened(incident_of())
    book.opened(incident_of())
    book.resolved(incident_of())
    assert [item.state for item in book.changed()] == [State.ENDED]


HUSHED = PutOff(None, Verdict.SILENCED, "travaux")


def test_what_nobody_heard_of_begins_when_it_is_released_in_the_same_round(start: datetime) -> None:
    policy, now = policy_of(repeats=1, repeats_after=MINUTE), start + 60 * MINUTE
    held = put_off(begun("i-1", policy, start), HUSHED, start + 5 * MINUTE)
    found = released(held, policy, [], now)
    assert (found.due_at, found.began_at, found.step) == (now + 5 * MINUTE, now, 0)
    assert (found.round, found.last_round) == (1, 2)


@pytest.mark.parametrize("after_min", [15, 40])
def test_a_step_that_was_not_put_off_keeps_its_time(
    notification_of: Callable[..., Notification], start: datetime, after_min: int
) -> None:
    policy = policy_of()
    first = turn(begun("i-1", policy, start), policy, start + after_min * MINUTE).after
    told = [
        notification_of(),
        notification_of(kind=Kind.ESCALATION, queued_at=start + after_min * MINUTE),
        # It did not arrive, and went on.
        notification_of(kind=Kind.ESCALATION, queued_at=start + (after_min + 2) * MINUTE, route=RouteReason.MOVED_ON),
    ]
    assert released(first, policy, told, start + (after_min + 9) * MINUTE) == first
    late = put_off(first, HUSHED, start + (after_min + 10) * MINUTE)
    now = start + (after_min + 11) * MINUTE
    assert released(late, policy, told, now) == replace(first, due_at=now + 10 * MINUTE)


def test_a_repetition_that_was_put_off_waits_for_as_long_as_repetitions_do(
    notification_of: Callable[..., Notification], start: datetime
) -> None:
    policy = policy_of(repeats=1, repeats_after=20 * MINUTE)
    once = turn(begun("i-1", policy, start), policy, start + 5 * MINUTE).after
    both = turn(once, policy, start + 15 * MINUTE).after
    told = [notification_of(kind=Kind.ESCALATION, queued_at=start + minute * MINUTE) for minute in (5, 15)]
    now = start + 60 * MINUTE
    assert both.due_at == start + 35 * MINUTE
    assert released(put_off(both, HUSHED, both.due_at), policy, told, now).due_at == now + 20 * MINUTE


@pytest.mark.parametrize("state", [State.ACKNOWLEDGED, State.EXHAUSTED, State.ENDED])
def test_what_does_not_run_is_not_begun_by_a_release(start: datetime, state: State) -> None:
    found = replace(begun("i-1", policy_of(), start), state=state)
    assert released(found, policy_of(), [], start + MINUTE) == found
