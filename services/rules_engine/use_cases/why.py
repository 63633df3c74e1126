"""Answers why an alert fires, is about to, or did: from what was kept when it was decided, and what holds now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.rules_engine.domain.alert import Change, Phase
from services.rules_engine.domain.answering.answer import Answer
from services.rules_engine.domain.answering.asking import Asked, nothing_to_ask, removal
from services.rules_engine.domain.answering.happening import Happened, Noted, Source, Why, happened, reason
from services.rules_engine.domain.answering.why_not import comparisons, set_aside
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.explaining import rule_in_words
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.past import Past
from services.rules_engine.use_cases.why_not import question_now, why_not_now
from shared.errors import InputError, NotFound
from shared.model.registry import Text
from shared.runtime.database import Database

_BEGINNING: Final = re.compile(r"[0-9a-f][0-9a-f-]{3,35}")
_SHOWN: Final = 5


def why(
    database: Database,
    book: RuleBook,
    wanted: str,
    point: str | None,
    now: datetime,
    past: Past,
) -> Why:
    """The answer.

    Args:
        wanted: the id of an alert or its beginning; with a point the id of a rule, of which the newest alert is meant.

    Raises:
        InputError: there is no such alert, or several begin so.
    """
    if point is not None:
        asked = question_now(database, book, wanted, point, now)
        with database.transaction() as transaction:
            noted = States(transaction).newest_alert((asked.rule, asked.subject))
    else:
        noted = _of_alert(database, wanted)
        asked = question_now(database, book, noted[0].rule, noted[0].subject, now)
    current = _current(database, asked, past)
    ended = next((each for each in noted if each.kind is Change.RESOLVED), None)
    if not noted or (ended is not None and point is not None and _is_pending(current)):
        return _pending(asked, current)
    return _told(asked, noted, ended, current, tuple(_happened(asked, noted, past)))


def _of_alert(database: Database, beginning: str) -> list[Noted]:
    if not _BEGINNING.fullmatch(beginning):
        raise InputError(
            f"'{beginning}' n'est pas le numéro d'une alerte, ni quatre caractères au moins de son début / "
            "is no id of an alert, nor at least four characters of its beginning"
        )
    with database.transaction() as transaction:
        noted = States(transaction).alerts_beginning(beginning, _SHOWN)
    found = list(dict.fromkeys(each.alert for each in noted))
    if not found:
        raise NotFound("alert", beginning)
    if len(found) > 1:
        raise InputError(
            f"plusieurs alertes commencent par '{beginning}', écrivez-en plus / "
            f"several alerts begin with '{beginning}', write more of it: {', '.join(found)}"
        )
    return noted


def _current(database: Database, asked: Asked, past: Past) -> Answer | None:
    """How the rule stands now; None: it does not run there."""
    if nothing_to_ask(asked) is not None:
        return None
    return why_not_now(database, asked.book, asked.rule, asked.subject, asked.at, past)


def _is_pending(current: Answer | None) -> bool:
    return current is not None and any(level.phase is Phase.PENDING for level in current.levels)


def _pending(asked: Asked, current: Answer | None) -> Why:
    """Of a rule that has never fired there, or not since."""
    if current is None:
        nothing = nothing_to_ask(asked)
        raise InputError("" if nothing is None else f"{nothing.said.fr} / {nothing.said.en}")
    if not _is_pending(current):
        raise NotFound("alert of rule", f"{asked.rule} {asked.subject}")
    since = min(level.since for level in current.levels if level.since is not None)
    return Why(
        alert="",
        rule=asked.rule,
        subject=asked.subject,
        status="pending",
        said=asked.tongues.say("pending-since", moment=asked.tongues.moment(since)),
        rule_title=current.rule_title,
        subject_title=current.subject_title,
        since=since,
        in_words=current.in_words,
        now=current.levels,
        zone=current.zone,
    )


def _told(
    asked: Asked, noted: Sequence[Noted], ended: Noted | None, current: Answer | None, events: tuple[Happened, ...]
) -> Why:
    rule, told = asked.book.rules.get(asked.rule), noted[0].seen.told if noted[0].seen is not None else None
    since = noted[0].at
    return Why(
        alert=noted[0].alert,
        rule=asked.rule,
        subject=asked.subject,
        status="firing" if ended is None else "resolved",
        said=_said(asked, since, ended),
        rule_title=rule.rule.title if rule is not None else told.rule_title if told is not None else "",
        subject_title=told.point_title if told is not None else asked.titles.point(asked.subject),
        since=since,
        ended=None if ended is None else ended.at,
        resolution=None if ended is None else ended.resolution,
        in_words=None if rule is None else rule_in_words(rule, asked.titles),
        happened=events,
        now=current.levels if ended is None and current is not None else (),
        notes=tuple(_notes(asked, noted, events)),
        zone=told.zone if told is not None else asked.tongues.zone,
    )


def _said(asked: Asked, since: datetime, ended: Noted | None) -> Text:
    moment = asked.tongues.moment
    if ended is None:
        return asked.tongues.say("fires-since", moment=moment(since))
    words = {"moment": moment(since), "end": moment(ended.at), "why": reason(ended.resolution)}
    return asked.tongues.say("fired-until", **words)


def _notes(asked: Asked, noted: Sequence[Noted], events: Sequence[Happened]) -> Iterator[Text]:
    rule, quarantined = asked.book.rules.get(asked.rule), asked.quarantined.get(asked.rule)
    if quarantined is not None:
        yield set_aside(asked.tongues, quarantined).said
    if rule is None:
        yield asked.tongues.say("rule-gone")
        if asked.removed is not None:
            yield removal(asked.tongues, asked.rule, asked.removed)
    elif any(each.seen is not None and each.seen.fingerprint != rule.rule.fingerprint for each in noted):
        yield asked.tongues.say("rule-changed")
    if any(each.source is Source.REPLAYED for each in events):
        yield asked.tongues.say("reconstructed")
    if any(each.source is Source.LOST and each.kind is not Change.RESOLVED for each in events):
        yield asked.tongues.say("not-kept")


def _happened(asked: Asked, noted: Sequence[Noted], past: Past) -> Iterator[Happened]:
    for each in noted:
        found = happened(asked, each)
        lost = found.source is Source.LOST and each.kind is Change.FIRED
        yield _reconstructed(asked, found, past) if lost else found


def _reconstructed(asked: Asked, found: Happened, past: Past) -> Happened:
    """What the rule, as it is now, makes of the readings as they are now; a version before this one kept nothing."""
    book, key = asked.book, (asked.rule, asked.subject)
    if not book.watches(*key):
        return found
    played = past.at(book, key, found.at, None).play
    rule, state, scene = book.rules[asked.rule], played.state(*key), played.scene(key, found.at, found.at)
    when = rule.levels[state.firing[-1] if state.firing else 0].when
    return replace(
        found,
        source=Source.REPLAYED,
        truth=when.decide_in(scene),
        comparisons=tuple(comparisons(when, rule, scene, asked)),
    )
