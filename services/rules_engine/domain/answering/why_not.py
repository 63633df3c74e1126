"""Why a rule does not fire at a point: each level's comparisons, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from msgspec import structs

from services.rules_engine.domain.alert import AlertState, Hold
from services.rules_engine.domain.answering.answer import (
    Answer,
    Comparison,
    LevelAnswer,
    Member,
    Obstacle,
    Quarantined,
    Reason,
)
from services.rules_engine.domain.answering.asking import Asked, SeriesByPoint
from services.rules_engine.domain.answering.enduring import since_when
from services.rules_engine.domain.answering.obstacles import Finder, Firing, with_allowance
from services.rules_engine.domain.answering.tongues import Tongues, exactly
from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.explaining import rule_in_words
from services.rules_engine.domain.explaining_decisions import each_in_words
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.situation import Situation
from services.rules_engine.domain.steps import floored
from services.rules_engine.domain.surroundings import Surroundings
from services.rules_engine.domain.wording import unknowns
from shared.model.registry import Text


def why_not(
    asked: Asked, state: AlertState, scene: Scene, firing: Firing, before: SeriesByPoint | None = None
) -> Answer:
    """The answer for a rule that runs and watches what was asked about.

    Args:
        state: what the rule remembers at the moment asked about.
        scene: what is to be seen then.
        firing: the alerts that fire then, at least those to which the rule may give way.
        before: more of the series than rules need to decide, to see since when comparisons come out as they do.
    """
    asked = replace(asked, before=before)
    compiled, subject = asked.book.rules[asked.rule], asked.book.subject(asked.rule, asked.subject)
    state, scene = _watched(compiled, state, scene)
    levels = _levels(asked, state, scene, firing)
    quarantined = asked.quarantined.get(asked.rule)
    aside = [] if quarantined is None else [set_aside(asked.tongues, quarantined)]
    found = [*aside, *_nearest(state, levels)]
    return Answer(
        rule=asked.rule,
        subject=asked.subject,
        at=asked.at,
        reasons=tuple(dict.fromkeys(each.reason for each in found)),
        said=_summary(asked.tongues, state, found),
        rule_title=compiled.rule.title,
        subject_title=subject.title,
        in_words=rule_in_words(compiled, asked.titles),
        levels=levels,
        notes=tuple(_of_period(asked.tongues, compiled, scene)),
        zone=asked.zone,
    )


def _levels(asked: Asked, state: AlertState, scene: Scene, firing: Firing) -> tuple[LevelAnswer, ...]:
    """What each level came to; nothing of a rule that was set aside and fails again here."""
    try:
        count = len(asked.book.rules[asked.rule].levels)
        return tuple(_level(asked, index, state, scene, firing) for index in range(count))
    except Exception:
        if asked.rule in asked.quarantined:
            return ()
        raise


def _of_period(tongues: Tongues, rule: CompiledRule, scene: Scene) -> Iterator[Text]:
    if rule.rule.every is not None:
        yield tongues.say("of-period", moment=tongues.moment(scene.at))


def _watched(rule: CompiledRule, state: AlertState, scene: Scene) -> tuple[AlertState, Scene]:
    """As a step sees it: silence counts from when the rule watches, and periods when they are over."""
    if rule.asks_silence:
        state = structs.replace(state, watched_since=state.watched_since or scene.now)
        scene = replace(scene, since=state.watched_since)
    every = rule.rule.every
    if every is None:
        return state, scene
    return state, scene.as_of(state.decided_for or floored(scene.now, every, scene.zone))


def _level(asked: Asked, index: int, state: AlertState, scene: Scene, firing: Firing) -> LevelAnswer:
    rule, level = asked.book.rules[asked.rule], asked.book.rules[asked.rule].levels[index]
    hold = state.holds[index] if index < len(state.holds) else Hold()
    situation = with_allowance(Situation(rule, level, hold, scene, fresh=False, clock=asked.at), state, index)
    finder = Finder(asked.book, situation, state, firing, asked.tongues)
    deciding = situation.deciding
    return LevelAnswer(
        severity=level.level.severity.value,
        phase=hold.phase,
        since=hold.since,
        condition="until" if deciding is level.until else "when",
        truth=deciding.decide_in(scene),
        comparisons=tuple(comparisons(deciding, rule, scene, asked)),
        missing=finder.to_end() if hold.fires else finder.to_fire(),
        members=tuple(_members(deciding, scene, asked)),
    )


def comparisons(condition: Compiled, rule: CompiledRule, scene: Scene, asked: Asked) -> Iterator[Comparison]:
    """Everything that a condition compares and asks, in words."""
    since = since_when(condition, _longer(asked, rule, scene))
    for told in each_in_words(condition.trace_in(scene), rule, scene, asked.titles):
        known = since.get(told.name)
        if known is None:
            yield Comparison(told.said, told.truth)
        else:
            yield Comparison(told.said, told.truth, known.moment, known.at_least)


def _longer(asked: Asked, rule: CompiledRule, scene: Scene) -> Scene:
    """The same scene, with all that is known of what was before."""
    if asked.before is None:
        return scene
    city = Surroundings(asked.book, lambda _: False, {point: dict(each) for point, each in asked.before.items()})
    seen = city.scene(rule, asked.book.subject(asked.rule, asked.subject), scene.at, scene.now)
    return replace(seen, cut=scene.cut, since=scene.since)


def _members(condition: Compiled, scene: Scene, asked: Asked) -> Iterator[Member]:
    """The points that a condition counts, each once."""
    for census in {each.census: None for each in condition.inputs if isinstance(each, Counted)}:
        for member, truth in census.truths(scene):
            term = census.where.term
            why = None
            if truth is None:
                tongues = Tongues(member.kind, asked.titles, member.zone)
                why = tongues.both(lambda voice, term=term, seen=member: unknowns.why(voice, [term], seen))  # type: ignore[misc]
            yield Member(member.subject, asked.titles.point(member.subject), truth, why)


def _nearest(state: AlertState, levels: tuple[LevelAnswer, ...]) -> list[Obstacle]:
    """What stands between the alert and its next level: of one that doesn't fire the mildest, which comes first."""
    if state.firing:
        return [Obstacle(Reason.FIRES, Text(fr="", en=""))]
    if not levels:
        return []
    return (
        list(levels[0].missing) if len(levels) == 1 else list(min(levels, key=lambda each: len(each.missing)).missing)
    )


def _summary(tongues: Tongues, state: AlertState, found: list[Obstacle]) -> Text:
    if state.firing and state.firing_since is not None and found[0].reason is Reason.FIRES:
        since = tongues.moment(state.firing_since)
        return tongues.say("yes", first=lambda voice: voice.say("fires-since", moment=since(voice)).text)
    if not found:
        return tongues.say("no", first=lambda voice: voice.grammar.phrases["undecided"])
    first = found[0].said
    return Text(fr=f"Non : {_lowered(first.fr)}", en=f"No: {_lowered(first.en)}")


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def set_aside(tongues: Tongues, quarantined: Quarantined) -> Obstacle:
    """That a rule failed, and decides nothing until it is mended."""
    words = {"moment": tongues.moment(quarantined.since), "error": exactly(quarantined.error)}
    return Obstacle(Reason.QUARANTINED, tongues.say("quarantined", **words))
