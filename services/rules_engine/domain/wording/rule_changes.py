"""Says what of a rule is otherwise than before, in French and in English; a sentence for each thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import zip_longest
from typing import Any, Final

from services.rules_engine.domain.action import LightAction, NotifyAction
from services.rules_engine.domain.rule import Condition, Lasting, Level, Rule
from services.rules_engine.domain.wording import quantities
from services.rules_engine.domain.wording.english import English
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.grammar import Grammar
from shared.model.registry import Kind, Text
from shared.units import UnitError, parse_quantity

_GRAMMARS: Final[tuple[Grammar, Grammar]] = (French(), English())
_NOTHING: Final = Text("rien", "nothing")
_BEGIN: Final = Text("", "")
_END: Final = Text(" de fin", " of its end")
_CONDITIONS: Final = {
    "when": Text("la condition", "the condition"),
    "until": Text("la condition de fin", "the condition of its end"),
}


def sentences(before: Rule, after: Rule, kinds: Mapping[str, Kind]) -> Iterator[Text]:
    """What changed; nothing if only comments, layout and tests' texts did."""
    kind = kinds.get(after.for_each.kind or "")
    yield from _heading(before, after)
    yield from _deciding(before, after)
    yield from _levels(before, after, kind)
    if before.tests != after.tests:
        yield _arrow(_both("tests"), _both(len(before.tests)), _both(len(after.tests)))


def _heading(before: Rule, after: Rule) -> Iterator[Text]:
    if before.title != after.title:
        yield _arrow(Text("titre", "title"), *map(_quoted, (before.title, after.title)))
    if before.owner != after.owner:
        yield _arrow(Text("direction", "owner"), _both(before.owner), _both(after.owner))
    if before.criticality != after.criticality:
        yield _arrow(Text("criticité", "criticality"), _both(before.criticality), _both(after.criticality))
    if before.review_by != after.review_by:
        dates = (_NOTHING if day is None else _both(day.isoformat()) for day in (before.review_by, after.review_by))
        yield _arrow(Text("à revoir avant le", "review by"), *dates)
    if before.labels != after.labels:
        yield _arrow(Text("étiquettes", "labels"), _labels(before), _labels(after))
    if before.file != after.file:
        yield _arrow(Text("fichier", "file"), _both(before.file), _both(after.file))


def _labels(rule: Rule) -> Text:
    return (
        _both(", ".join(f"{name}={value}" for name, value in sorted(rule.labels.items()))) if rule.labels else _NOTHING
    )


def _deciding(before: Rule, after: Rule) -> Iterator[Text]:
    """What the paragraphs tell in full; here only that it is otherwise."""
    parts = {
        Text("les points surveillés changent", "the points that it watches change"): ("for_each", "grouping"),
        Text("les valeurs nommées changent", "the named values change"): ("let",),
        Text("les jours et heures changent", "its days and hours change"): ("active",),
        Text("ce qui la retient change", "what holds it back changes"): ("unless",),
        Text("la période change", "its period changes"): ("every", "once_per"),
        Text("ce qu'elle fait sans mesure change", "what it does without values changes"): ("when_unknown",),
    }
    for said, names in parts.items():
        if any(getattr(before, name) != getattr(after, name) for name in names):
            yield said


def _levels(before: Rule, after: Rule, kind: Kind | None) -> Iterator[Text]:
    if len(before.levels) == len(after.levels) == 1:
        yield from _level(before.levels[0], after.levels[0], kind, several=False)
        return
    old, new = ({level.severity: level for level in rule.levels} for rule in (before, after))
    for severity in sorted({*old, *new}, key=list(type(before.severity)).index):
        name = _severity(severity.value)
        if severity not in old:
            yield Text(f"niveau ajouté : {name.fr}", f"level added: {name.en}")
        elif severity not in new:
            yield Text(f"niveau retiré : {name.fr}", f"level removed: {name.en}")
        else:
            yield from _level(old[severity], new[severity], kind, several=True)


def _level(before: Level, after: Level, kind: Kind | None, *, several: bool) -> Iterator[Text]:
    found = [*_ladder(before, after), *_conditions(before, after, kind), *_told(before, after), *_lights(before, after)]
    name = _severity(after.severity.value)
    for said in found:
        yield Text(f"niveau {name.fr}, {said.fr}", f"level {name.en}, {said.en}") if several else said


def _ladder(before: Level, after: Level) -> Iterator[Text]:
    if before.severity != after.severity:
        severities = (_severity(level.severity.value) for level in (before, after))
        yield _arrow(Text("gravité", "severity"), *severities)
    if before.for_ != after.for_:
        yield _arrow(Text("durée avant l'alerte", "hold before it fires"), _lasting(before.for_), _lasting(after.for_))
    if before.until_for != after.until_for:
        lastings = (_lasting(before.until_for), _lasting(after.until_for))
        yield _arrow(Text("durée avant la fin", "hold before it ends"), *lastings)


def _conditions(before: Level, after: Level, kind: Kind | None) -> Iterator[Text]:
    for name, old, new in (("when", before.when, after.when), ("until", before.until, after.until)):
        if _tree(old) != _tree(new):
            yield from _condition(_CONDITIONS[name], old, new, kind, is_end=name == "until")


def _condition(
    name: Text, before: Condition | None, after: Condition | None, kind: Kind | None, *, is_end: bool
) -> Iterator[Text]:
    pairs = list(_differing(_tree(before), _tree(after)))
    if before is None or after is None or any(pair is None for pair in pairs):
        yield Text(f"{name.fr} change", f"{name.en} changes")
        return
    for own, old, new in filter(None, pairs):
        title, end = _property(own, kind), _END if is_end else _BEGIN
        fr, en = ("durée", "span") if _is_time(old) else ("seuil", "threshold")
        what = Text(f"{fr}{end.fr}{title.fr}", f"{en}{end.en}{title.en}")
        yield _arrow(what, _written(old), _written(new))


def _differing(before: Any, after: Any, own: Any = None) -> Iterator[tuple[Any, str, str] | None]:
    """The quantities that differ between two trees, each with what it is compared with; None: more differs."""
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict) and list(before) == list(after):
        for key in before:
            yield from _differing(before[key], after[key], own)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for old, new in zip(before, after, strict=True):
            yield from _differing(old, new, next((each for each in before if _is_name(each)), own))
    elif _is_quantity(before) and _is_quantity(after):
        yield own, str(before), str(after)
    else:
        yield None


def _is_time(text: str) -> bool:
    return quantities.is_time(parse_quantity(text).unit)


def _is_name(value: Any) -> bool:
    return (isinstance(value, str) and not _is_quantity(value)) or (isinstance(value, dict) and "var" in value)


def _is_quantity(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    try:
        return isinstance(value, int | float) or (isinstance(value, str) and bool(parse_quantity(value)))
    except UnitError:
        return False


def _property(own: Any, kind: Kind | None) -> Text:
    """Of which property, as it is called; nothing of a window or a value that has a name."""
    name = own.get("var") if isinstance(own, dict) else own
    known = kind.properties.get(name) if kind is not None and isinstance(name, str) else None
    if known is None:
        return Text(f" ({name})", f" ({name})") if isinstance(name, str) else Text("", "")
    return Text(f" ({known.title.fr})", f" ({known.title.en})")


def _told(before: Level, after: Level) -> Iterator[Text]:
    """Recipients that came and went, and the messages of those that stayed."""
    old, new = _messages(before), _messages(after)
    for team in sorted(new.keys() - old.keys()):
        yield Text(f"prévient aussi {team}", f"tells {team}, too")
    for team in sorted(old.keys() - new.keys()):
        yield Text(f"ne prévient plus {team}", f"tells {team} no more")
    for team in sorted(old.keys() & new.keys()):
        for was, now in zip_longest(old[team], new[team]):
            if was != now:
                name = Text(f"message à {team}", f"message to {team}")
                yield _arrow(name, *(_NOTHING if each is None else _message(each) for each in (was, now)))


def _messages(level: Level) -> dict[str, list[NotifyAction]]:
    found: dict[str, list[NotifyAction]] = {}
    for action in level.then:
        if isinstance(action, NotifyAction):
            found.setdefault(action.team, []).append(action)
    return found


def _message(action: NotifyAction) -> Text:
    text = _quoted(action.message)
    if action.digest is None:
        return text
    return Text(f"{text.fr}, chaque jour à {action.digest}", f"{text.en}, each day at {action.digest}")


def _lights(before: Level, after: Level) -> Iterator[Text]:
    lights = [[each for each in level.then if isinstance(each, LightAction)] for level in (before, after)]
    for was, now in zip_longest(*lights):
        if was != now:
            yield _arrow(Text("lumière", "light"), _light(was), _light(now))


def _light(action: LightAction | None) -> Text:
    if action is None:
        return _NOTHING
    where = action.area or action.group
    at_most = ["" if action.at_most is None else _duration(grammar, action.at_most) for grammar in _GRAMMARS]
    return Text(
        f"{where} à {action.level} %{f', {at_most[0]} au plus' if at_most[0] else ''} ({action.reason})",
        f"{where} at {action.level} %{f', for {at_most[1]} at most' if at_most[1] else ''} ({action.reason})",
    )


def _lasting(lasting: Lasting) -> Text:
    if lasting.times:
        return Text(f"{lasting.times} mesures", f"{lasting.times} observations")
    if not lasting.span:
        return Text("aucune", "none")
    return Text(*(_duration(grammar, lasting.span) for grammar in _GRAMMARS))


def _duration(grammar: Grammar, span: timedelta) -> str:
    return quantities.duration(grammar, span)


def _severity(name: str) -> Text:
    return Text(*(grammar.phrases[f"severity-{name}"] for grammar in _GRAMMARS))


def _written(text: str) -> Text:
    """A quantity with the decimals that its author wrote."""
    return Text(text.replace(".", ","), text)


def _quoted(text: str) -> Text:
    return Text(*(grammar.quoted(text) for grammar in _GRAMMARS))


def _arrow(name: Text, before: Text, after: Text) -> Text:
    return Text(f"{name.fr} : {before.fr} → {after.fr}", f"{name.en}: {before.en} → {after.en}")


def _both(text: object) -> Text:
    return Text(str(text), str(text))


def _tree(condition: Condition | None) -> Any:
    return None if condition is None else condition.tree
