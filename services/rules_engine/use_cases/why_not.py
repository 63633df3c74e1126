"""Answers why a rule does not fire at a point, or that it does: now, by what is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.rules_engine.domain.alert import AlertState
from services.rules_engine.domain.answering import why_not
from services.rules_engine.domain.answering.answer import Answer, Quarantined
from services.rules_engine.domain.answering.asking import Asked, group_of, nothing_to_ask
from services.rules_engine.domain.answering.obstacles import Firing
from services.rules_engine.domain.book import Key, RuleBook
from services.rules_engine.domain.surroundings import Surroundings
from services.rules_engine.domain.wording.titles import Titles
from services.rules_engine.storage.kept import Kept
from services.rules_engine.storage.samples import PointSeries, Samples
from services.rules_engine.storage.states import States
from shared.runtime.database import Database

NOBODY: Mapping[str, Quarantined] = {}
"""No rule is set aside."""


def question(
    book: RuleBook, rule: str, subject: str, at: datetime, quarantined: Mapping[str, Quarantined] = NOBODY
) -> Asked:
    """What is asked about; a point of a rule about several stands for its group."""
    titles = Titles.of(book.inventory, rules=[each.rule for each in book.rules.values()])
    return Asked(book, rule, group_of(book, rule, subject), at, titles, quarantined)


def why_not_now(
    database: Database,
    book: RuleBook,
    rule: str,
    subject: str,
    now: datetime,
    quarantined: Mapping[str, Quarantined] = NOBODY,
) -> Answer:
    """The answer for this moment.

    Args:
        quarantined: rules that failed, by id.
    """
    asked = question(book, rule, subject, now, quarantined)
    nothing = nothing_to_ask(asked)
    if nothing is not None:
        return nothing
    key = (asked.rule, asked.subject)
    state, firing, series = _stored(database, book, key)
    compiled = book.rules[asked.rule]
    scene = Surroundings(book, lambda _: False, series).scene(compiled, book.subject(*key), now, now)
    return why_not.why_not(asked, state, scene, firing)


def _stored(database: Database, book: RuleBook, key: Key) -> tuple[AlertState, Firing, PointSeries]:
    """The state of an alert, the other alerts that fire, and the samples that it reads."""
    with database.transaction() as transaction:
        states = States(transaction)
        kept = states.load([key]).get(key)
        firing = {each: found.state.firing_since for each, found in states.firing().items()}
        return _as_decided(book, key, kept), firing, Samples(transaction).load(book.reads(*key))


def _as_decided(book: RuleBook, key: Key, kept: Kept | None) -> AlertState:
    """A state that another version of the rule made is none: it is taken up anew in a moment."""
    if kept is None or kept.fingerprint != book.rules[key[0]].rule.fingerprint:
        return AlertState()
    return kept.state
