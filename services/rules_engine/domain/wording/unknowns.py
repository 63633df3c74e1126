"""Why a value was unknown to a decision, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from services.rules_engine.domain.inputs.input import Input
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.inputs.members import Counted, Together
from services.rules_engine.domain.inputs.windows import Aggregated, Forecast
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.series import GOOD
from services.rules_engine.domain.spans import moment_of
from services.rules_engine.domain.terms import Reading, Term, Variable, walk

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice


def why(voice: Voice, terms: Sequence[Term], scene: Scene | None) -> str:
    """The reasons, each once; without a scene those that may be."""
    if scene is None:
        return voice.grammar.phrases["may-be-missing"]
    found = (_reason(voice, each, scene) for term in terms for each in _inputs(term) if each.read(scene) is None)
    return ", ".join(dict.fromkeys(found)) or voice.grammar.phrases["not-to-be-worked-out"]


def _inputs(term: Term) -> Iterator[Input]:
    for part in walk(term):
        if isinstance(part, Variable):
            yield Latest(part.name, part.type)
        elif isinstance(part, Reading):
            yield part.input


def _reason(voice: Voice, asked: Input, scene: Scene) -> str:
    if isinstance(asked, Counted | Together):
        among = asked.census.among if isinstance(asked, Counted) else asked.among
        return voice.grammar.phrases["too-few-points" if among.scenes(scene) else "no-points"]
    return next((reason for name in asked.needs if (reason := _of(voice, name, scene))), _too_few(voice, asked))


def _of(voice: Voice, name: str, scene: Scene) -> str | None:
    """What is wrong with the newest observation of a property; None: nothing."""
    series = scene.series.get(name)
    index = (series.until(scene.cut) if series is not None else 0) - 1
    if series is None or index < 0:
        return voice.grammar.phrases["never-seen"]
    if series.times[index] < scene.oldest:
        moment = voice.grammar.moment(moment_of(series.times[index]), ZoneInfo(scene.zone))
        return voice.say("last-seen", moment=moment).text
    if series.qualities[index] != GOOD:
        quality = series.sample(index).quality.value
        return voice.say("doubted", quality=voice.grammar.phrases[f"quality-{quality}"]).text
    return None


def _too_few(voice: Voice, asked: Input) -> str:
    if isinstance(asked, Aggregated | Forecast):
        return voice.say("too-few-readings", span=voice.span(asked.window.span)).text
    return voice.grammar.phrases["not-known-so-long"]
