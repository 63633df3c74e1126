"""Reconciling over a line that loses, delays and repeats what goes over it, in both directions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.lighting_controller.domain.arbitrating import Source, Wish
from services.lighting_controller.domain.commanding.driver import Command, Report
from services.lighting_controller.domain.commanding.hearing import hear
from services.lighting_controller.domain.commanding.reconciling import aim, reconcile
from services.lighting_controller.domain.faults.examining import examine
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.domain.network.network import Circumstances

BEGIN = datetime(2026, 1, 10, 1, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
PATIENCE = Patience(spread=0.25, silent_after=15 * MINUTE)
HERE = Circumstances()


class Lamp:
    """A luminaire that obeys what is new to it and says what it does, by the minute and as an answer."""

    def __init__(self, sequences: bool) -> None:
        self.level, self.obeyed, self.sequences = 100, 0, sequences
        self.heard = False

    def obey(self, command: Command) -> None:
        if command.sequence > self.obeyed:
            self.level, self.obeyed, self.heard = command.level, command.sequence, True

    def report(self, now: datetime) -> Report:
        feedback = self.level if self.heard else None
        return Report("l", feedback, self.level, now, self.obeyed if self.sequences else None)


class Line:
    """What is on its way arrives when its time has come: late, twice, or never."""

    def __init__(self, fates: list[tuple[int, ...]]) -> None:
        self.fates, self.number, self.way = fates, 0, list[tuple[datetime, object]]()
        self.good = False

    def put(self, what: object, now: datetime) -> None:
        self.number += 1
        delays = (0,) if self.good or not self.fates else self.fates[self.number % len(self.fates)]
        self.way += [(now + delay * SECOND, what) for delay in delays]

    def arrived(self, now: datetime) -> list[object]:
        come = [what for at, what in self.way if at <= now]
        self.way = [(at, what) for at, what in self.way if at > now]
        return come


FATES = st.lists(st.lists(st.integers(0, 200), max_size=2).map(tuple), max_size=8)
TARGETS = st.lists(st.tuples(st.integers(0, 59), st.sampled_from([0, 30, 50, 70, 100])), min_size=1, max_size=6)


@settings(max_examples=40, deadline=None)
@given(FATES, TARGETS, st.booleans())
def test_it_always_comes_to_what_is_wanted_when_the_line_is_good_again(
    fates: list[tuple[int, ...]], targets: list[tuple[int, int]], sequences: bool
) -> None:
    lamp, line, luminaire = Lamp(sequences), Line(fates), Luminaire(id="l")
    sent: list[tuple[datetime, int]] = []
    plan = dict(targets)
    for step in range(100 * 6):
        now, minute = BEGIN + step * 10 * SECOND, step // 6
        line.good = minute >= 60
        for what in line.arrived(now):
            if isinstance(what, Command):
                lamp.obey(what)
                line.put(lamp.report(now), now)
            elif isinstance(what, Report):
                luminaire = examine(hear(luminaire, what), HERE, now, PATIENCE)
        if step % 6 == 0:
            line.put(lamp.report(now), now)
            if minute in plan:
                luminaire = aim(luminaire, Wish(Source.CALENDAR, plan[minute], "calendar", "bank"), now)
        before = luminaire
        done = reconcile(examine(luminaire, HERE, now, PATIENCE), now, PATIENCE)
        luminaire = done.luminaire
        if sequences and sent and luminaire.is_in_place:
            assert (luminaire.obeyed or 0) >= sent[-1][1], "only the last command's answer acknowledges"
        if done.command is not None:
            assert not before.is_in_place, "no command after the acknowledgement"
            assert not sent or done.command.sequence > sent[-1][1], "sequences only grow"
            sent.append((now, done.command.sequence))
            line.put(done.command, now)
    wanted = [level for minute, level in sorted(plan.items())][-1]
    assert (lamp.level, luminaire.actual, luminaire.is_in_place) == (wanted, wanted, True)
    assert luminaire.faults == (), "nothing is wrong with it any more"
    assert len(sent) <= 4 * len(plan) + 60 // 2, "and it was not hammered"


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 20), st.booleans())
def test_lamp_that_never_obeys_is_tried_three_times_and_then_seldom(hours: int, says_so: bool) -> None:
    luminaire = Luminaire(id="l", target=Wish(Source.CALENDAR, 50, "calendar", "bank"), feedback=100, actual=100)
    sent, now, end = 0, BEGIN, BEGIN + hours * 60 * MINUTE
    while now <= end:
        if says_so:
            report = Report("l", 50, 100, now, luminaire.sequence)
            luminaire = examine(hear(luminaire, report), HERE, now, Patience())
        done = reconcile(luminaire, now, Patience())
        luminaire, sent = done.luminaire, sent + (done.command is not None)
        now += 10 * SECOND
    assert sent <= (3 + 4 + hours // 4 if says_so else 3 + 4 * hours)
    assert luminaire.faults[0].tries == sent
    assert len(luminaire.findings) == 1
