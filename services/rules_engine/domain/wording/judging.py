"""What a decision asked and compared, in words: each with its values and its truth, and what is missing of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Final

from services.rules_engine.domain.decision import Asked, Compared, Trace
from services.rules_engine.domain.inputs.members import Counted
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.terms import Call, Constant, Reading, Sort
from services.rules_engine.domain.truth import Truth
from services.rules_engine.domain.wording import comparisons, members, seeing, unknowns
from services.rules_engine.domain.wording.clauses import told

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice

_ENOUGH: Final = (">", ">=", "==", "===")


@dataclass(frozen=True)
class Judged:
    """One comparison or question in one language.

    Attributes:
        name: its place in the rule, or what it asks.
        clause: without its truth.
        why: the reason for which it is unknown, if it is told.
    """

    name: object
    clause: str
    truth: Truth
    text: str
    why: str = ""


def judged(voice: Voice, trace: Trace, scene: Scene | None) -> list[Judged]:
    """Everything that a decision asked, then everything that it compared, in their order."""
    return [
        *(_answer(voice, each, scene) for each in trace.asked),
        *(compared(voice, ends, scene) for ends in _gathered(trace.compared)),
    ]


def compared(voice: Voice, ends: Sequence[Compared], scene: Scene | None) -> Judged:
    """A comparison; a census has two ends, which are one."""
    first, *more = ends
    truth = first.truth if all(each.truth is first.truth for each in more) else None
    return _census(voice, ends, truth, scene) or _comparison(voice, replace(first, truth=truth), scene)


def lacking(voice: Voice, ends: Sequence[Compared], scene: Scene | None, *, wanted: bool) -> str:
    """What a comparison lacks to come out as it is wanted: ``le seuil de 1,80 m n'est pas atteint : 1,62 m ...``."""
    found = compared(voice, ends, scene)
    if found.truth is None:
        return unknown(voice, found.clause, found.why)
    return _threshold(voice, ends[0], wanted=wanted) or _amount(voice, ends, scene, wanted=wanted) or plainly(
        voice, found.clause, wanted=wanted
    )  # fmt: skip


def unknown(voice: Voice, clause: str, why: str) -> str:
    """What is missing is known values."""
    return voice.say("lack-unknown-because" if why else "lack-unknown", clause=clause.rstrip(","), why=why).text


def plainly(voice: Voice, clause: str, *, wanted: bool) -> str:
    """What is missing is that something becomes so, or ceases to be."""
    return voice.say("lack-true" if wanted else "lack-false", clause=clause.rstrip(",")).text


def _threshold(voice: Voice, seen: Compared, *, wanted: bool) -> str | None:
    """Of a number beside the one that was written: by how much it lies on the wrong side."""
    found = comparisons.relation(seen.call, negated=not wanted) if _has_contrary(seen.call) else None
    if found is None or len(found.order) != 2 or f"lack-{found.symbol}" not in voice.grammar.phrases:
        return None
    measured, by = (seen.call.arguments[index] for index in found.order)
    value, limit = (seen.values[index] for index in found.order)
    if not isinstance(by, Constant) or not isinstance(value, float) or not isinstance(limit, float):
        return None
    if _counted(seen.call, found.order[0]) or comparisons.switched(voice, found.symbol, measured, by):
        return None
    told_value = seeing.worth(voice, measured, value, seen.values)
    # With as many decimals as the value, so that both can be compared at a glance; and all that were written.
    limits = seeing.worth(voice, measured, limit, ()), seeing.constant_of(voice, seen, by)
    words = {"limit": max(limits, key=len), "value": told_value}
    gap = abs(limit - value)
    more = voice.say("lack-gap", gap=seeing.worth(voice, measured, gap, ())).text if gap else ""
    return voice.say(f"lack-{found.symbol}", voice.value(measured), more=more, **words).text


def _has_contrary(call: Call) -> bool:
    return len(call.arguments) == 2 and all(each.type.sort is Sort.NUMBER for each in call.arguments)


def _amount(voice: Voice, ends: Sequence[Compared], scene: Scene | None, *, wanted: bool) -> str | None:
    """Of a census that too few or too many hold."""
    found = comparisons.relation(ends[0].call)
    if _counted(ends[0].call, found.order[0]) is None or found.symbol not in members.AMOUNTS:
        return None
    enough = (found.symbol in _ENOUGH) is wanted
    return voice.say("lack-few" if enough else "lack-many", clause=compared(voice, ends, scene).clause).text


def _gathered(compared: Sequence[Compared]) -> Iterator[list[Compared]]:
    """In their order; one that was made of each element of a list stands alone each time, both ends of a census are
    one comparison."""
    for _, group in groupby(compared, key=lambda each: each.call.path):
        ends = list(group)
        if any(_counted(ends[0].call, index) for index in range(len(ends[0].call.arguments))):
            yield ends
        else:
            yield from ([each] for each in ends)


def _answer(voice: Voice, asked: Asked, scene: Scene | None) -> Judged:
    why = unknowns.why(voice, [asked.term], scene) if asked.truth is None else ""
    name = asked.term.input if isinstance(asked.term, Reading) else asked.term.name
    return _judged(voice, name, told(voice.grammar, voice.clause(asked.term)), asked.truth, why)


def _comparison(voice: Voice, compared: Compared, scene: Scene | None) -> Judged:
    """``le LAeq moyen sur 15 minutes (55,8 dB(A)) atteint au moins 55 dB(A) : vrai``."""
    call, values = compared.call, compared.values
    missing = [term for term, value in zip(call.arguments, values, strict=True) if value is None]
    why = unknowns.why(voice, missing, scene) if missing else ""
    found = comparisons.relation(call)
    clause = comparisons.switched(voice, found.symbol, *(call.arguments[index] for index in found.order[:2]))
    if clause is None:
        seen = [seeing.argument(voice, compared, index, scene) for index in found.order]
        clause = comparisons.plain(voice, call, found, seen)
    return _judged(voice, call.path, clause.text, compared.truth, why)


def _census(voice: Voice, ends: Sequence[Compared], truth: Truth, scene: Scene | None) -> Judged | None:
    """``pour 3 bornes sur 12, le remplissage atteint au moins 80 % (seuil : au moins quatre) : faux``."""
    call = ends[0].call
    found = comparisons.relation(call)
    counted = _counted(call, found.order[0])
    asked = call.arguments[found.order[1]]
    if counted is None or found.symbol not in members.AMOUNTS or not isinstance(asked, Constant):
        return None
    seen = seeing.counted(voice, counted, [each.values[found.order[0]] for each in ends], scene)
    if seen is None:
        return _judged(voice, call.path, voice.grammar.phrases["no-points"], truth, "")
    what = members.inner(voice, counted, members.company(voice, counted.census.among))
    amount = members.amount(voice, counted, found.symbol, float(asked.value or 0))
    clause = voice.say("census", counted=seen, clause=what.text, amount=amount).text
    return _judged(voice, call.path, clause, truth, "")


def _counted(call: Call, index: int) -> Counted | None:
    term = call.arguments[index]
    return term.input if isinstance(term, Reading) and isinstance(term.input, Counted) else None


def _judged(voice: Voice, name: object, clause: str, truth: Truth, why: str) -> Judged:
    verdict, told_ = voice.grammar.phrases[{True: "true", False: "false", None: "unknown"}[truth]], clause.rstrip(",")
    text = voice.say("judged-because" if why else "judged", clause=told_, truth=verdict, why=why).text
    return Judged(name, told_, truth, text, why)
