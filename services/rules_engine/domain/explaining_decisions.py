"""Says in French and in English why a decision came out as it did: what was compared, with its values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from zoneinfo import ZoneInfo

from services.rules_engine.domain.decision import Asked, Compared, Trace
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.terms import Call, Constant, Reading
from services.rules_engine.domain.truth import Truth
from services.rules_engine.domain.wording import comparisons, members, seeing, unknowns
from services.rules_engine.domain.wording.clauses import told
from services.rules_engine.domain.wording.english import English
from services.rules_engine.domain.wording.french import French
from services.rules_engine.domain.wording.grammar import Grammar, sentence
from services.rules_engine.domain.wording.titles import NO_TITLES, Titles
from services.rules_engine.domain.wording.voice import Voice
from shared.model.registry import Kind, Text


def trace_in_words(
    trace: Trace, about: CompiledRule | Kind, scene: Scene | None = None, titles: Titles = NO_TITLES
) -> Text:
    """Each comparison of a decision with its values and its truth, then the truth of the whole.

    Args:
        about: the rule that decided; the kind is enough if it is about single points.
        scene: what the decision saw: it gives the moment by local clocks, of how many points some were counted, and
            why a value was unknown. Without it only reasons that may be are told.
        titles: of what the rule names by ids.
    """
    return Text(
        fr=_account(trace, _voice(about, titles, French()), scene),
        en=_account(trace, _voice(about, titles, English()), scene),
    )


def _voice(about: CompiledRule | Kind, titles: Titles, grammar: Grammar) -> Voice:
    if isinstance(about, Kind):
        return Voice(grammar, titles, about, about)
    return Voice(grammar, titles, about.kind, about.kind, grouped=about.rule.grouping is not None)


def _account(trace: Trace, voice: Voice, scene: Scene | None) -> str:
    items = [*(_answer(voice, each, scene) for each in trace.asked), *_comparisons(voice, trace.compared, scene)]
    whole = voice.grammar.phrases[{True: "holds", False: "fails", None: "open"}[trace.truth]]
    first, *rest = (voice.grammar.phrases["next-item"].join(items), whole) if items else (whole,)
    if scene is not None:
        moment = voice.grammar.moment(scene.at, ZoneInfo(scene.zone))
        first = voice.say("at-moment", moment=moment, items=first).text
    return " ".join(map(sentence, (first, *rest)))


def _comparisons(voice: Voice, compared: Sequence[Compared], scene: Scene | None) -> Iterator[str]:
    """In their order; one that was made of each element of a list is told each time."""
    for first, *more in _gathered(compared):
        truth = first.truth if all(each.truth is first.truth for each in more) else None
        yield _census(voice, [first, *more], truth, scene) or _comparison(voice, replace(first, truth=truth), scene)


def _gathered(compared: Sequence[Compared]) -> Iterator[list[Compared]]:
    """Both ends of a census are one comparison, which stands in one place."""
    for _, group in groupby(compared, key=lambda each: each.call.path):
        ends = list(group)
        if any(_counted(ends[0].call, index) for index in range(len(ends[0].call.arguments))):
            yield ends
        else:
            yield from ([each] for each in ends)


def _answer(voice: Voice, asked: Asked, scene: Scene | None) -> str:
    why = unknowns.why(voice, [asked.term], scene) if asked.truth is None else ""
    return _judged(voice, told(voice.grammar, voice.clause(asked.term)), asked.truth, why)


def _comparison(voice: Voice, compared: Compared, scene: Scene | None) -> str:
    """``le LAeq moyen sur 15 minutes (55,8 dB(A)) atteint au moins 55 dB(A) : vrai``."""
    call, values = compared.call, compared.values
    missing = [term for term, value in zip(call.arguments, values, strict=True) if value is None]
    why = unknowns.why(voice, missing, scene) if missing else ""
    found = comparisons.relation(call)
    clause = comparisons.switched(voice, found.symbol, *(call.arguments[index] for index in found.order[:2]))
    if clause is None:
        seen = [seeing.argument(voice, compared, index, scene) for index in found.order]
        clause = comparisons.plain(voice, call, found, seen)
    return _judged(voice, clause.text, compared.truth, why)


def _census(voice: Voice, ends: Sequence[Compared], truth: Truth, scene: Scene | None) -> str | None:
    """``pour 3 bornes sur 12, le remplissage atteint au moins 80 % (seuil : au moins quatre) : faux``."""
    call = ends[0].call
    found = comparisons.relation(call)
    counted = _counted(call, found.order[0])
    asked = call.arguments[found.order[1]]
    if counted is None or found.symbol not in members.AMOUNTS or not isinstance(asked, Constant):
        return None
    seen = seeing.counted(voice, counted, [each.values[found.order[0]] for each in ends], scene)
    if seen is None:
        return _judged(voice, voice.grammar.phrases["no-points"], truth, "")
    what = members.inner(voice, counted, members.company(voice, counted.census.among))
    amount = members.amount(voice, counted, found.symbol, float(asked.value or 0))
    return _judged(voice, voice.say("census", counted=seen, clause=what.text, amount=amount).text, truth, "")


def _counted(call: Call, index: int) -> Counted | None:
    term = call.arguments[index]
    return term.input if isinstance(term, Reading) and isinstance(term.input, Counted) else None


def _judged(voice: Voice, clause: str, truth: Truth, why: str) -> str:
    name = {True: "true", False: "false", None: "unknown"}[truth]
    verdict, told_ = voice.grammar.phrases[name], clause.rstrip(",")
    return voice.say("judged-because" if why else "judged", clause=told_, truth=verdict, why=why).text
