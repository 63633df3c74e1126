"""Answers why a rule does not fire at a point, or that it does: now, by what is stored; before, by playing it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from services.rules_engine.domain.alert import AlertState
from services.rules_engine.domain.answering.answer import Answer, Quarantined
from services.rules_engine.domain.answering.asking import Asked, group_of, nothing_to_ask
from services.rules_engine.domain.answering.moments import read_moment, second_of
from services.rules_engine.domain.answering.obstacles import Firing
from services.rules_engine.domain.answering.replaying import Played, gathered
from services.rules_engine.domain.answering.tongues import exactly
from services.rules_engine.domain.answering.why_not import why_not as answered
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.revision import Revision
from services.rules_engine.domain.sample import Seen
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.surroundings import Surroundings
from services.rules_engine.domain.wording.titles import Titles
from services.rules_engine.storage.kept import Kept
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.samples import PointSeries, Samples
from services.rules_engine.storage.states import States
from services.rules_engine.use_cases.past import Past
from services.rules_engine.use_cases.removal import removed_by
from shared.civil_time import PARIS
from shared.errors import InputError
from shared.model.registry import Text
from shared.runtime.database import Database


def question(
    book: RuleBook,
    rule: str,
    subject: str,
    at: datetime,
    quarantined: Mapping[str, Quarantined] = MappingProxyType({}),
    removed: Revision | None = None,
) -> Asked:
    """What is asked about; a point of a rule about several stands for its group.

    Args:
        quarantined: rules that failed, by id.
        removed: the revision that removed the rule.
    """
    titles = Titles.of(book.inventory, rules=[each.rule for each in book.rules.values()])
    return Asked(book, rule, group_of(book, rule, subject), at, titles, quarantined, removed)


def why_not(
    database: Database,
    book: RuleBook,
    rule: str,
    subject: str,
    now: datetime,
    past: Past,
    at: str | None = None,
) -> Answer:
    """The answer.

    Args:
        at: the moment asked about, as people write it; None: now.

    Raises:
        InputError: there is no such moment, or it has not come yet.
    """
    if at is None:
        return why_not_now(database, book, rule, subject, now, past)
    moment = read_moment(at)
    if moment > now:
        shown = now.astimezone(PARIS).isoformat(timespec="seconds")
        raise InputError(f"'{at}' n'est pas encore venu, il est {shown} / has not come yet: it is {shown}")
    answer = why_not_at(database, book, rule, subject, moment, past)
    other = second_of(at)
    if other is None:
        return answer
    shown = other.astimezone(PARIS).isoformat(timespec="minutes")
    note = question(book, rule, subject, moment).tongues.say("came-twice", other=exactly(shown))
    return replace(answer, notes=(*answer.notes, note))


def why_not_now(
    database: Database,
    book: RuleBook,
    rule: str,
    subject: str,
    now: datetime,
    past: Past | None = None,
) -> Answer:
    """The answer for this moment.

    Args:
        past: the way to older readings than rules need, to see since when comparisons come out as they do.
    """
    asked = question_now(database, book, rule, subject, now)
    nothing = nothing_to_ask(asked)
    if nothing is not None:
        return nothing
    key = (asked.rule, asked.subject)
    kept, firing, series = _stored(database, book, key)
    compiled = book.rules[asked.rule]
    scene = Surroundings(book, lambda _: False, series).scene(compiled, book.subject(*key), now, now)
    # A state that another version of the rule made is none: it is taken up anew in a moment.
    is_current = kept is None or kept.fingerprint == compiled.rule.fingerprint
    state = kept.state if kept is not None and is_current else AlertState()
    before = None if past is None else _before(series, past.lately(book, key, now))
    answer = answered(asked, state, scene, firing, before)
    return answer if is_current else replace(answer, notes=(*answer.notes, asked.tongues.say("changed-since")))


def question_now(database: Database, book: RuleBook, rule: str, subject: str, now: datetime) -> Asked:
    """What is asked about, with all that is known of the rule now."""
    return question(book, rule, subject, now, quarantined_rules(database, book), removed_by(database, book, rule))


def quarantined_rules(database: Database, book: RuleBook) -> dict[str, Quarantined]:
    """The rules that failed, by id; of those of before nobody knows any more."""
    with database.transaction() as transaction:
        shown = Quarantine(transaction).shown(book)
    return {rule: Quarantined(found["since"], found["error"]) for rule, found in shown.items()}


def _before(stored: PointSeries, read: Sequence[Sequence[Seen]]) -> PointSeries:
    """What was read of before, and over it what is stored: by that it was decided."""
    found = gathered(read)
    for point, each in stored.items():
        for name, series in each.items():
            longer = found.setdefault(point, {}).setdefault(name, Series())
            for sample in series:
                longer.add(sample)
    return found


def why_not_at(database: Database, book: RuleBook, rule: str, subject: str, at: datetime, past: Past) -> Answer:
    """The same for an earlier moment: what the rule, as it is now, makes of what was observed until then."""
    asked = question(book, rule, subject, at, removed=removed_by(database, book, rule))
    nothing = nothing_to_ask(asked)
    if nothing is not None:
        return nothing
    key = (asked.rule, asked.subject)
    with database.transaction() as transaction:
        fired = States(transaction).fired_at(key, at)
    played = past.at(book, key, at, fired)
    state, scene = played.play.state(*key), played.play.scene(key, at, at)
    firing = {each: found.firing_since for each, found in played.play.states.items() if found.firing}
    answer = answered(asked, state, scene, firing, played.series)
    return replace(answer, notes=(*answer.notes, *_notes(asked, played, state, fired)))


def _notes(asked: Asked, played: Played, state: AlertState, fired: datetime | None) -> Iterator[Text]:
    """On what the answer stands, and whether the engine said otherwise then."""
    say, moment = asked.tongues.say, asked.tongues.moment
    yield say("replayed", moment=moment(played.begins), count=exactly(str(played.count)))
    if played.cut:
        yield say("replayed-cut", moment=moment(played.begins))
    if played.leaves_out:
        yield say("replayed-others-cut")
    if fired is not None:
        yield say("told-alike-on" if state.firing else "told-otherwise-on", moment=moment(fired))
    elif state.firing:
        yield say("told-otherwise-off")


def _stored(database: Database, book: RuleBook, key: Key) -> tuple[Kept | None, Firing, PointSeries]:
    """The state of an alert, the alerts to which it may give way that fire, and the samples that it reads."""
    others = {unless.rule for unless in book.rules[key[0]].rule.unless}
    with database.transaction() as transaction:
        states = States(transaction)
        kept = states.load([key]).get(key)
        firing = {each: found.state.firing_since for each, found in states.firing(others).items()}
        return kept, firing, Samples(transaction).load(book.reads(*key))
