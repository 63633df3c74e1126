"""What keeps a level from firing, or an alert from ending: found in its state and in what is to be seen, and told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from services.rules_engine.domain.alert import AlertState
from services.rules_engine.domain.answering.answer import Obstacle, Reason
from services.rules_engine.domain.answering.lacking import Lack, Part, lacking
from services.rules_engine.domain.answering.tongues import Tongues, elapsed, exactly
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.periods import next_allowed
from services.rules_engine.domain.rule import Lasting, WhenUnknown
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.situation import Situation
from services.rules_engine.domain.spans import moment_of
from services.rules_engine.domain.steps import next_step
from services.rules_engine.domain.unless import Unless
from services.rules_engine.domain.wording import conditions, judging, quantities, unknowns
from services.rules_engine.domain.wording.clauses import told
from services.rules_engine.domain.wording.grammar import listed
from services.rules_engine.domain.wording.voice import Voice

_INSTANT: Final = timedelta(microseconds=1)
_MOST_TURNS: Final = 400
"""How many turns of calendars are looked at to find when a rule is in force again."""

Firing = Mapping[Key, datetime | None]
"""The alerts that fire now among those that were looked at, with since when."""


@dataclass(frozen=True)
class Finder:
    """Finds what is missing for one level.

    Attributes:
        situation: what a step would look at now.
        state: of the whole alert.
        firing: alerts of other rules to which this one may give way.
    """

    book: RuleBook
    situation: Situation
    state: AlertState
    firing: Firing
    tongues: Tongues

    def to_fire(self) -> tuple[Obstacle, ...]:
        """The nearest first.

        Where nothing is missing any more, as when the rule that it gave way to has just ended, that it is decided soon.
        """
        return tuple(self._to_fire()) or (self._undecided(),)

    def _to_fire(self) -> Iterator[Obstacle]:
        situation = self.situation
        truth = situation.truth(situation.scene)
        alarms = truth is None and situation.when_unknown is WhenUnknown.ALERT
        if situation.is_outside(situation.scene):
            yield self._outside()
        if not truth and not alarms:
            yield from self._silent()
            yield from self._lacking(situation.level.when, wanted=True)
        elif not situation.is_outside(situation.scene):
            yield from self._waits()
        yield from self._held_back()

    def to_end(self) -> tuple[Obstacle, ...]:
        """The same for a level that fires."""
        return tuple(self._to_end())

    def _to_end(self) -> Iterator[Obstacle]:
        situation = self.situation
        truth = situation.truth(situation.scene)
        if truth:
            yield from self._clears()
            return
        yield from self._silent()
        until = situation.level.until
        yield from self._lacking(until or situation.level.when, wanted=until is not None)

    def _lacking(self, condition: Compiled, *, wanted: bool) -> Iterator[Obstacle]:
        scene = self.situation.scene
        lack = lacking(condition.term, condition.trace_in(scene), wanted=wanted)
        if lack is None:
            return
        parts = [lack] if isinstance(lack, Part) or lack.word == "any" else lack.parts
        for part in parts:
            yield Obstacle(_reason(part), self.tongues.both(_lack_in_words(part, scene)))

    def _silent(self) -> Iterator[Obstacle]:
        """Nothing that the rule reads at the point comes any more."""
        scene, names = self.situation.scene, self.situation.rule.properties
        if not names:
            return
        newest = max((scene.series[name].times[-1] for name in names if scene.series.get(name)), default=None)
        if newest is None:
            yield Obstacle(Reason.SILENT, self.tongues.say("silent-ever"))
        elif newest < scene.oldest:
            moment = moment_of(newest)
            words = {"elapsed": elapsed(scene.now - moment), "moment": self.tongues.moment(moment)}
            yield Obstacle(Reason.SILENT, self.tongues.say("silent-since", **words))

    def _outside(self) -> Obstacle:
        active, scene = self.situation.rule.active, self.situation.scene
        again = None if active is None else in_force_again(active, scene)

        def next_time(voice: Voice) -> str:
            return "" if again is None else voice.say("outside-next", moment=self.tongues.moment(again)(voice)).text

        def when(voice: Voice) -> str:
            term = active.term if active is not None else self.situation.level.when.term
            at = conditions.adverb(voice, term) or conditions.when(voice, term, voice.grammar.phrases["while"]).text
            return voice.grammar.after(voice.grammar.phrases["only"], at)

        return Obstacle(Reason.OUTSIDE_ACTIVE, self.tongues.say("outside", when=when, next=next_time), again)

    def _waits(self) -> Iterator[Obstacle]:
        """The condition holds; but not for long enough, or not at the end of a period, or no step has seen it yet."""
        situation, hold, lasting = self.situation, self.situation.hold, self.situation.level.level.for_
        if hold.since is None:
            yield self._undecided()
            return
        if lasting.times and hold.ripe_at is None:
            yield self._counted("hold-times", hold.count, lasting)
        elif lasting.span and hold.since + lasting.span > situation.clock:
            yield self._lasts("hold-later" if self._held_before(hold.since) else "hold", hold.since, lasting)
        elif hold.settles_at is not None and hold.settles_at > situation.clock:
            yield self._settling(hold.settles_at)
        if situation.is_for_periods:
            yield self._period()

    def _held_before(self, since: datetime) -> bool:
        """Whether the condition was true already when its hold began.

        So it is after an edit, for a rule begins anew as it is written now; and where late readings filled the history.
        Nobody may then be told that the condition holds only since.
        """
        situation = self.situation
        if situation.is_for_periods:
            return False
        before = situation.scene.as_of(since - _INSTANT)
        return situation.truth(before) is True and not situation.is_outside(before)

    def _clears(self) -> Iterator[Obstacle]:
        hold, lasting = self.situation.hold, self.situation.level.level.until_for
        if hold.clearing_since is None or not lasting:
            yield Obstacle(Reason.UNDECIDED, self.tongues.say("ends-at-once"))
        elif lasting.times:
            yield self._counted("clearing-times", hold.clearing_count, lasting)
        else:
            yield self._lasts("clearing", hold.clearing_since, lasting)

    def _lasts(self, name: str, since: datetime, lasting: Lasting) -> Obstacle:
        clock, until = self.situation.clock, since + lasting.span
        said = self.tongues.say(
            name,
            held=elapsed(clock - since),
            moment=self.tongues.moment(since),
            span=lambda voice: quantities.duration(voice.grammar, lasting.span),
            rest=elapsed(until - clock),
            unless=self._turns_before(until),
        )
        return Obstacle(Reason.HOLD, said, until)

    def _turns_before(self, until: datetime) -> Callable[[Voice], str]:
        """What puts an end to it before it has lasted for long enough, if nothing more is observed."""
        situation, turn = self.situation, self.situation.hold.lapses_at
        if situation.hold.fires or turn is None or turn >= until:
            return exactly("")
        then, moment = situation.scene.at_moment(turn), self.tongues.moment(turn)
        name = "turns-outside" if situation.is_outside(then) else "turns-stale"
        if name == "turns-stale" and situation.truth(then) is not None:
            name = "turns"
        return lambda voice: voice.say(name, moment=moment(voice)).text

    def _counted(self, name: str, count: int, lasting: Lasting) -> Obstacle:
        row = "periods-in-a-row" if self.situation.is_for_periods else "readings-in-a-row"
        said = self.tongues.say(
            name,
            count=lambda voice: voice.say(row, number=str(count)).text,
            times=exactly(str(lasting.times)),
            rest=exactly(str(max(lasting.times - count, 0))),
        )
        return Obstacle(Reason.HOLD, said)

    def _settling(self, until: datetime) -> Obstacle:
        def rules(voice: Voice) -> str:
            others = [voice.titles.rule(each.rule) for each in self.situation.rule.rule.unless]
            return ", ".join(map(voice.grammar.quoted, others))

        said = self.tongues.say("settling", rules=rules, moment=self.tongues.moment(until))
        return Obstacle(Reason.SETTLING, said, until)

    def _period(self) -> Obstacle:
        every, zone = self.situation.rule.rule.every, self.situation.scene.zone
        if every is None:
            raise ValueError("a rule that does not decide for periods")
        end = next_step(self.situation.clock, every, zone)
        return Obstacle(Reason.PERIOD, self.tongues.say("period-ends", moment=self.tongues.moment(end)), end)

    def _undecided(self) -> Obstacle:
        due = self.state.due_at
        if due is None or due < self.situation.clock:
            return Obstacle(Reason.UNDECIDED, self.tongues.say("undecided"))
        return Obstacle(Reason.UNDECIDED, self.tongues.say("undecided-waits", moment=self.tongues.moment(due)), due)

    def _held_back(self) -> Iterator[Obstacle]:
        """By rules to which it gives way, and by what it told already."""
        rule, state, scene = self.situation.rule, self.state, self.situation.scene
        for unless in rule.rule.unless:
            found = [key for key in self.book.blockers(rule, scene.subject, unless) if key in self.firing]
            if found:
                yield self._gives_way(unless, self.firing[min(found)])
        allowed = self.situation.allowed_at
        if allowed is not None and state.fired_last is not None and allowed > self.situation.clock:
            words = {"moment": self.tongues.moment(state.fired_last), "until": self.tongues.moment(allowed)}
            yield Obstacle(Reason.ONCE_PER, self.tongues.say("told-before", **words), allowed)

    def _gives_way(self, unless: Unless, since: datetime | None) -> Obstacle:
        def name(voice: Voice) -> str:
            return voice.grammar.quoted(voice.titles.rule(unless.rule))

        def where(voice: Voice) -> str:
            return voice.grammar.phrases[f"at-{unless.where.value}"]

        if since is None:
            return Obstacle(Reason.GIVES_WAY, self.tongues.say("gives-way-unknown", name=name, where=where))
        said = self.tongues.say("gives-way", name=name, where=where, moment=self.tongues.moment(since))
        return Obstacle(Reason.GIVES_WAY, said)


def in_force_again(active: Compiled, scene: Scene) -> datetime | None:
    """When a rule that is not in force now is so next; None: not within the turns that were looked at."""
    looked = scene
    for _ in range(_MOST_TURNS):
        moments = [moment for moment in active.moments(looked) if moment > looked.now_stamp]
        if not moments:
            return None
        looked = looked.at_moment(moment_of(min(moments)))
        if active.decide_in(looked) is not False:
            return looked.now
    return None


def allowed_at(situation: Situation, state: AlertState) -> datetime | None:
    """Before when the rule may not alert again, as a step has it."""
    once_per = situation.rule.rule.once_per
    if once_per is None or state.fired_last is None or state.firing:
        return None
    return next_allowed(state.fired_last, once_per, situation.scene.zone)


def with_allowance(situation: Situation, state: AlertState, level: int) -> Situation:
    """What is worse than all that was told in a period is not held back by what was told."""
    return replace(situation, allowed_at=allowed_at(situation, state) if level <= state.told_level else None)


def _reason(lack: Lack) -> Reason:
    if isinstance(lack, Part):
        return Reason.UNKNOWN if lack.truth is None else Reason.BELOW
    return Reason.UNKNOWN if all(_reason(each) is Reason.UNKNOWN for each in lack.parts) else Reason.BELOW


def _lack_in_words(lack: Lack, scene: Scene) -> Callable[[Voice], str]:
    return lambda voice: _told(voice, lack, scene)


def _told(voice: Voice, lack: Lack, scene: Scene) -> str:
    """One part, or several of which any would do; what belongs together within them stands in brackets."""
    if isinstance(lack, Part):
        return _part(voice, lack, scene)
    items = voice.grammar.phrases["next-item"].join(_inner(voice, each, scene) for each in lack.parts)
    return voice.say("lack-any", items=items).text


def _inner(voice: Voice, lack: Lack, scene: Scene) -> str:
    if isinstance(lack, Part):
        return _part(voice, lack, scene)
    word = "and" if lack.word == "all" else "or"
    return f"({listed(voice.grammar, [_inner(voice, each, scene) for each in lack.parts], word)})"


def _part(voice: Voice, lack: Part, scene: Scene) -> str:
    if lack.compared and all(each.call.path == lack.term.path for each in lack.compared):
        return judging.lacking(voice, lack.compared, scene, wanted=lack.wanted)
    clause = told(voice.grammar, voice.clause(lack.term))
    if lack.truth is None:
        return judging.unknown(voice, clause, unknowns.why(voice, [lack.term], scene))
    return judging.plainly(voice, clause, wanted=lack.wanted)
