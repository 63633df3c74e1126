"""Which part of a rule's choice of points a point misses, and which of a rule's groups it is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from services.rules_engine.domain.answering.tongues import moment_in
from services.rules_engine.domain.rule import Grouping, Rule, Selector
from services.rules_engine.domain.speaking import Phrase
from services.rules_engine.domain.wording import selections
from services.rules_engine.domain.wording.grammar import listed, quoted_all
from services.rules_engine.domain.wording.voice import Voice
from shared.model.registry import Inventory, Point

Miss = Callable[[Voice], str]
"""What a point misses, said in a language."""


def misses(rule: Rule, point: Point, inventory: Inventory) -> tuple[Miss, ...]:
    """Everything that keeps the rule from watching the point; none: it watches it."""
    found = list(_of_point(rule.for_each, point, inventory))
    if not found and rule.grouping not in (None, Grouping.ALL):
        found.append(partial(_division, str(rule.grouping)))
    return tuple(found)


def _of_point(selector: Selector, point: Point, inventory: Inventory) -> Iterator[Miss]:
    if point.retired is not None:
        yield partial(_retired, point)
    if selector.kind is not None and selector.kind != point.kind:
        yield partial(_kind, point.kind, selector.kind)
    yield from _of(selector, point, inventory)


def _of(selector: Selector, point: Point, inventory: Inventory) -> Iterator[Miss]:
    """Its kind apart."""
    groups = {group.id: group.points for group in inventory.groups}
    if selector.area is not None and selector.area not in point.areas:
        yield partial(_area, selector.area)
    if selector.site is not None and selector.site != point.site:
        yield partial(_site, selector.site)
    if selector.group is not None and point.id not in groups.get(selector.group, ()):
        yield partial(_group, selector.group)
    if selector.points and point.id not in selector.points:
        yield partial(_points, selector.points)
    yield from (partial(_tag, tag) for tag in selector.tags if tag not in point.tags)
    for each in selector.all_of:
        yield from _of(each, point, inventory)
    choices = [list(_of(each, point, inventory)) for each in selector.any_of]
    if choices and all(choices):
        yield partial(_any, [miss for choice in choices for miss in choice])
    for each in selector.none_of:
        if not list(_of(each, point, inventory)):
            yield partial(_none, each)


def _retired(point: Point, voice: Voice) -> str:
    if point.retired is None:
        raise ValueError(f"{point.id} is not retired")
    return voice.say("misses-retired", moment=moment_in(voice, point.retired, point.zone)).text


def _kind(kind: str, wanted: str, voice: Voice) -> str:
    names = {"name": voice.grammar.quoted(kind), "wanted": voice.grammar.quoted(wanted)}
    return voice.say("misses-kind", **names).text


def _area(area: str, voice: Voice) -> str:
    title = voice.titles.area(area, voice.grammar.language)
    return voice.say("misses-area", name=voice.grammar.quoted(title)).text


def _site(site: str, voice: Voice) -> str:
    return voice.say("misses-site", name=voice.grammar.quoted(voice.titles.site(site))).text


def _group(group: str, voice: Voice) -> str:
    title = voice.titles.group(group, voice.grammar.language)
    return voice.say("misses-group", name=voice.grammar.quoted(title)).text


def _points(points: tuple[str, ...], voice: Voice) -> str:
    return voice.say("misses-points", name=quoted_all(voice.grammar, list(map(voice.titles.point, points)))).text


def _tag(tag: str, voice: Voice) -> str:
    return voice.say("misses-tag", name=voice.grammar.quoted(tag)).text


def _any(inner: list[Miss], voice: Voice) -> str:
    return voice.say("misses-any", items=listed(voice.grammar, [each(voice) for each in inner])).text


def _none(selector: Selector, voice: Voice) -> str:
    noun, _ = selections.noun(voice, selector)
    several = Phrase(noun.plural, noun.feminine, plural=True)
    return voice.say("misses-none", several, where=selections.where(voice, selector, names="named")).text


def _division(grouping: str, voice: Voice) -> str:
    return voice.say("misses-division", division=voice.grammar.phrases[f"division-{grouping}"]).text
