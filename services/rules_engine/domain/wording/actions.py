"""What a rule does when it fires, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time
from typing import TYPE_CHECKING

from services.rules_engine.domain.action import Action, LightAction, NotifyAction
from services.rules_engine.domain.wording import quantities
from services.rules_engine.domain.wording.grammar import quoted_all

if TYPE_CHECKING:
    from services.rules_engine.domain.wording.voice import Voice


def done(voice: Voice, actions: Sequence[Action], alert: str) -> Iterator[str]:
    """A sentence for all who are told at once, and one for each other action.

    Args:
        alert: what the alert is called, with its article.
    """
    at_once = dict.fromkeys(each.team for each in actions if isinstance(each, NotifyAction) and each.digest is None)
    if at_once:
        names = quoted_all(voice.grammar, list(map(voice.titles.team, at_once)))
        yield voice.say("notify" if len(at_once) == 1 else "notify-several", name=names).text
    for each in actions:
        if isinstance(each, LightAction):
            yield _light(voice, each, alert)
        elif each.digest is not None:
            yield _digest(voice, each.team, each.digest)


def _digest(voice: Voice, team: str, digest: str) -> str:
    hour, minute = map(int, digest.split(":"))
    name = voice.grammar.quoted(voice.titles.team(team))
    return voice.say("digest", name=name, time=voice.grammar.clock(time(hour, minute))).text


def _light(voice: Voice, action: LightAction, alert: str) -> str:
    grammar, phrases = voice.grammar, voice.grammar.phrases
    at_most = action.at_most and voice.say("at-most", span=quantities.duration(grammar, action.at_most)).text
    ramp = action.ramp and voice.say("ramp", span=quantities.duration(grammar, action.ramp)).text
    return voice.say(
        "light",
        alert=alert,
        lamps=_lamps(voice, action),
        shine=voice.say(
            "shine" if action.level else "dark", level=quantities.quantity(grammar, action.level, "%")
        ).text,
        ramp=ramp or "",
        day=phrases["by-day" if action.day else "by-night"],
        at_most=at_most or "",
        reason=action.reason,
    ).text


def _lamps(voice: Voice, action: LightAction) -> str:
    language = voice.grammar.language
    if action.area is not None:
        return voice.say("lamps-area", name=voice.grammar.quoted(voice.titles.area(action.area, language))).text
    return voice.say("lamps-group", name=voice.grammar.quoted(voice.titles.group(action.group, language))).text
