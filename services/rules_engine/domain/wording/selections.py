"""Which points a rule is about, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.rules_engine.domain.rule import Rule, Selector
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.wording.grammar import Noun, listed, quoted_all
from shared.model.registry import Kind

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice


def who(voice: Voice, rule: Rule) -> str:
    """``pour chaque borne de la zone ...``, or ``dans chaque zone, pour l'ensemble des bornes ...``."""
    found, _ = noun(voice, rule.for_each)
    one = Phrase(found.singular, found.feminine)
    if rule.for_each.points and rule.for_each == Selector(rule.for_each.kind, points=rule.for_each.points[:1]):
        return voice.say("for-one", one, the=voice.grammar.the(one), name=_points(voice, rule.for_each)).text
    if rule.grouping is None:
        return voice.say("for-each", one, where=where(voice, rule.for_each)).text
    several = Phrase(found.plural, found.feminine, plural=True)
    told = where(voice, rule.for_each, names="named")
    return voice.say(f"together-{rule.grouping.value}", several, where=told).text


def noun(voice: Voice, selector: Selector) -> tuple[Noun, Kind | None]:
    """What the points are called, and their kind if it is known; a selector without a kind takes the rule's."""
    kind = voice.own if selector.kind in (None, voice.own.id) else voice.titles.kinds.get(selector.kind or "")
    if kind is None:
        return voice.grammar.kind(selector.kind or ""), None
    return voice.grammar.kind(kind.title.fr if voice.grammar.language == "fr" else kind.title.en), kind


def where(voice: Voice, selector: Selector, names: str = "among") -> str:
    """All that narrows a choice of points, to be said behind their noun; ``names`` is the phrase for those named."""
    told = "".join([*_places(voice, selector, names), *(where(voice, each) for each in selector.all_of)])
    if selector.any_of:
        told += _either(voice, [where(voice, each) for each in selector.any_of], alone=not told)
    if selector.none_of:
        told += _without(voice, selector)
    return told


def _places(voice: Voice, selector: Selector, names: str) -> list[str]:
    titles, grammar = voice.titles, voice.grammar
    named = {
        "in-area": selector.area and titles.area(selector.area, grammar.language),
        "in-site": selector.site and titles.site(selector.site),
        "in-group": selector.group and titles.group(selector.group, grammar.language),
    }
    told = [voice.say(name, name=grammar.quoted(title)).text for name, title in named.items() if title]
    if selector.tags:
        name = "tagged" if len(selector.tags) == 1 else "tagged-several"
        told.append(voice.say(name, name=quoted_all(grammar, selector.tags)).text)
    if selector.points:
        told.append(voice.say(names, name=_points(voice, selector)).text)
    return told


def _points(voice: Voice, selector: Selector) -> str:
    return quoted_all(voice.grammar, [voice.titles.point(each) for each in selector.points])


def _either(voice: Voice, choices: list[str], *, alone: bool) -> str:
    """Alone they follow the noun; behind something else they are told apart from it."""
    if alone:
        return " " + listed(voice.grammar, [each.strip() for each in choices], "or")
    first, *more = choices
    told = voice.say("either", Phrase(first.strip())).text
    return ", " + told + "".join(voice.say("either-more", Phrase(each.strip())).text for each in more)


def _without(voice: Voice, selector: Selector) -> str:
    """Points that are excepted by name are named; others are those of somewhere."""
    found, _ = noun(voice, selector)
    several = Phrase(found.plural, found.feminine, plural=True)
    told = []
    for each in selector.none_of:
        if each == Selector(None, points=each.points):
            told.append(_points(voice, each))
        else:
            told.append(voice.say("those", several, where=where(voice, each)).text)
    return voice.say("except", several, name=listed(voice.grammar, told)).text
