"""Says in French and in English what a rule does, as a paragraph that can be read aloud to people who write none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from services.rules_engine.domain.decision import Compiled
from services.rules_engine.domain.inputs.members import Counted, Together
from services.rules_engine.domain.preparing import CompiledLevel, CompiledRule
from services.rules_engine.domain.rule import Lasting, OncePer
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.terms import Term
from services.rules_engine.domain.unless import Where
from services.rules_engine.domain.wording import actions, conditions, quantities, repeating, selections
from services.rules_engine.domain.wording.clauses import joined, told
from services.rules_engine.domain.wording.english import English
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.grammar import Grammar, quoted_all, sentence
from services.rules_engine.domain.wording.titles import NO_TITLES, Titles
from services.rules_engine.domain.wording.voice import Voice
from shared.model.alerts import Criticality
from shared.model.registry import Text
from shared.units import parse_duration

_PERIODS: Final = {
    Span(parse_duration("15 min")): "quarter", Span(parse_duration("30 min")): "half-hour",
    Span(parse_duration("1 h")): "hour", Span(days=1): "whole-day",
}  # fmt: skip


def rule_in_words(rule: CompiledRule, titles: Titles = NO_TITLES) -> Text:
    """The rule as a paragraph.

    Args:
        titles: of what it names by ids; an id without a title stands for itself.
    """
    return Text(fr=_paragraph(rule, titles, French()), en=_paragraph(rule, titles, English()))


def _paragraph(rule: CompiledRule, titles: Titles, grammar: Grammar) -> str:
    voice = Voice(grammar, titles, rule.kind, rule.kind, grouped=rule.rule.grouping is not None)
    said: Iterable[str] = (*_levels(voice, rule), *_limits(voice, rule), *_doubts(voice, rule))
    return " ".join(map(sentence, said))


def _levels(voice: Voice, rule: CompiledRule) -> Iterator[str]:
    who = selections.who(voice, rule.rule)
    if len(rule.levels) > 1:
        yield voice.say("levels", who=who, count=voice.grammar.count(len(rule.levels))).text
    for level in rule.levels:
        yield from _level(voice, rule, level, who)


def _level(voice: Voice, rule: CompiledRule, level: CompiledLevel, who: str) -> Iterator[str]:
    """When it begins, what is done, when it ends."""
    several, own = len(rule.levels) > 1, level.level
    severity = voice.grammar.phrases[f"severity-{own.severity.value}"]
    alert = Phrase(voice.say("alert", severity=severity).text, feminine=True)
    begins = _when(voice, rule, level.when.term, own.for_)
    one, the = voice.grammar.one(alert), voice.say("alert-of-level" if several else "alert-alone", alert)
    yield voice.say("fires-next" if several else "fires", who=who, one=one, when=begins).text
    yield from actions.done(voice, own.then, the.text)
    yield voice.say("ends", the, when=_until(voice, rule, level)).text


def _when(voice: Voice, rule: CompiledRule, term: Term, lasting: Lasting) -> str:
    what = conditions.when(voice, term, voice.grammar.phrases["when"])
    how_long = _lasting(voice, rule, lasting)
    if how_long and (what.parts > 1 or quantities.ends_in_time(voice.grammar, what.text)):
        how_long = voice.say("for-joined", lasting=how_long).text
    return what.text + how_long


def _until(voice: Voice, rule: CompiledRule, level: CompiledLevel) -> str:
    lasting = level.level.until_for
    if level.until is not None:
        voice = replace(voice, understood=repeating.long_value(level.when.term))
        return _when(voice, rule, level.until.term, lasting)
    if not lasting:
        return voice.grammar.phrases["no-longer"]
    return voice.say("no-longer-for", lasting=_lasting(voice, rule, lasting)).text


def _lasting(voice: Voice, rule: CompiledRule, lasting: Lasting) -> str:
    if not lasting:
        return ""
    if not lasting.times:
        return voice.say("for", span=quantities.duration(voice.grammar, lasting.span)).text
    name = "for-times" if rule.rule.every is None else "for-periods"
    return voice.say(name, count=voice.grammar.count(lasting.times, feminine=True)).text


def _limits(voice: Voice, rule: CompiledRule) -> Iterator[str]:
    """When it is decided at all, how often it alerts, and what holds it back."""
    own = rule.rule
    if own.every is not None:
        name = _PERIODS.get(own.every, "period")
        yield voice.say("every", period=voice.say(name, span=voice.span(own.every)).text).text
    if rule.active is not None:
        yield voice.say("active", when=_in_force(voice, rule.active)).text
    if own.once_per is not None:
        yield _once(voice, rule, own.once_per)
    if own.unless:
        yield _held_back(voice, rule)


def _in_force(voice: Voice, active: Compiled) -> str:
    at = conditions.adverb(voice, active.term)
    when = at or conditions.when(voice, active.term, voice.grammar.phrases["while"]).text
    return voice.grammar.after(voice.grammar.phrases["only"], when)


def _once(voice: Voice, rule: CompiledRule, once_per: OncePer) -> str:
    grouping = rule.rule.grouping
    scope = voice.grammar.phrases["each-point" if grouping is None else f"each-{grouping.value}"]
    if len(rule.levels) > 1:
        scope += voice.grammar.phrases["but-worse"]
    period = once_per.period
    if isinstance(period, Span):
        return voice.say("once-span", span=voice.span(period), scope=scope).text
    return voice.say("once", period=voice.grammar.phrases[period], scope=scope).text


def _held_back(voice: Voice, rule: CompiledRule) -> str:
    """By which rules, those together that must fire at the same place."""
    others = [
        _fires(voice, [each.rule for each in rule.rule.unless if each.where is where], where)
        for where in dict.fromkeys(each.where for each in rule.rule.unless)
    ]
    return voice.say(
        "held-back", when=told(voice.grammar, joined("or", others), voice.grammar.phrases["as-long-as"])
    ).text


def _fires(voice: Voice, rules: Sequence[str], where: Where) -> Phrase:
    name = "other-fires" if len(rules) == 1 else "one-of-others-fires"
    titles = quoted_all(voice.grammar, list(map(voice.titles.rule, rules)))
    return voice.say(name, name=titles, where=voice.grammar.phrases[f"at-{where.value}"])


def _doubts(voice: Voice, rule: CompiledRule) -> Iterator[str]:
    """What it does when it can't be decided, and when means are short."""
    if any(map(_may_be_unknown, rule.conditions)):
        yield voice.grammar.phrases[f"unknown-{rule.rule.when_unknown.value}"]
    if rule.rule.criticality is not Criticality.NORMAL:
        yield voice.grammar.phrases[rule.rule.criticality.value]


def _may_be_unknown(condition: Compiled) -> bool:
    """Whether a value that is missing matters; calendars are always known, and so is silence."""
    return any(
        each.lapses or isinstance(each, Together) or (isinstance(each, Counted) and _may_be_unknown(each.census.where))
        for each in condition.inputs
    )
