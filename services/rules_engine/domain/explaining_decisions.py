"""Says in French and in English why a decision came out as it did: what was compared, with its values."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.rules_engine.domain.decision import Trace
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.truth import Truth
from services.rules_engine.domain.wording import judging
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
        fr=_account(trace, voice_of(about, titles, French()), scene),
        en=_account(trace, voice_of(about, titles, English()), scene),
    )


@dataclass(frozen=True)
class Told:
    """One comparison or question of a decision; ``name``: its place, or what it asks."""

    name: object
    said: Text
    truth: Truth


def each_in_words(
    trace: Trace, about: CompiledRule | Kind, scene: Scene | None = None, titles: Titles = NO_TITLES
) -> tuple[Told, ...]:
    """The same, each for itself."""
    found = (judging.judged(voice_of(about, titles, grammar), trace, scene) for grammar in (French(), English()))
    return tuple(
        Told(french.name, Text(fr=sentence(french.text), en=sentence(english.text)), french.truth)
        for french, english in zip(*found, strict=True)
    )


def voice_of(about: CompiledRule | Kind, titles: Titles, grammar: Grammar) -> Voice:
    """Who speaks of a rule, or of a kind, in a language."""
    if isinstance(about, Kind):
        return Voice(grammar, titles, about, about)
    return Voice(grammar, titles, about.kind, about.kind, grouped=about.rule.grouping is not None)


def _account(trace: Trace, voice: Voice, scene: Scene | None) -> str:
    items = [each.text for each in judging.judged(voice, trace, scene)]
    whole = voice.grammar.phrases[{True: "holds", False: "fails", None: "open"}[trace.truth]]
    first, *rest = (voice.grammar.phrases["next-item"].join(items), whole) if items else (whole,)
    if scene is not None:
        moment = voice.grammar.moment(scene.at, ZoneInfo(scene.zone))
        first = voice.say("at-moment", moment=moment, items=first).text
    return " ".join(map(sentence, (first, *rest)))
