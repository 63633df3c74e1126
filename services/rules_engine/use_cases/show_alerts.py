"""Answers which alerts fire, which rules there are and how often they fired."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.rules_engine.domain.alert import Change
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.decision import thresholds
from services.rules_engine.domain.freshness import used
from services.rules_engine.domain.preparing import CompiledRule
from services.rules_engine.domain.rendering import alert_id, readings
from services.rules_engine.domain.surroundings import Surroundings
from services.rules_engine.storage.quarantine import Quarantine
from services.rules_engine.storage.samples import Samples
from services.rules_engine.storage.states import States
from shared.runtime.database import Database


def alerts(database: Database, book: RuleBook, now: datetime) -> list[dict[str, Any]]:
    """The alerts that fire now, with the newest values that they read."""
    with database.transaction() as transaction:
        states = States(transaction)
        firing = {
            key: kept
            for key, kept in states.firing().items()
            # A rule that has changed is taken up in a moment; its levels may be others.
            if book.watches(*key) and kept.fingerprint == book.rules[key[0]].rule.fingerprint
        }
        series = Samples(transaction).load(point for key in firing for point in book.reads(*key))
    surroundings = Surroundings(book, lambda _: False, series)
    found = []
    for (rule_id, point_id), kept in sorted(firing.items()):
        compiled, subject, since = book.rules[rule_id], book.subject(rule_id, point_id), kept.state.firing_since
        rule, scene = compiled.rule, surroundings.scene(compiled, subject, now, now)
        found.append(
            {
                "alert": alert_id(rule_id, point_id, since) if since is not None else None,
                "rule": rule_id,
                "rule_title": rule.title,
                "owner": rule.owner,
                "severity": compiled.levels[kept.state.firing[-1]].level.severity,
                "criticality": rule.criticality,
                "point": point_id,
                "point_title": subject.title,
                "points": () if kept.told is None else kept.told.points,
                "since": since,
                "readings": readings(compiled, used(sorted(compiled.properties), scene)),
            }
        )
    return found


def transitions(database: Database, limit: int) -> list[dict[str, Any]]:
    """When which rule fired or was resolved at which point: the newest, oldest of them first."""
    with database.transaction() as transaction:
        return States(transaction).transitions(max(1, limit))


def rules(database: Database, book: RuleBook) -> list[dict[str, Any]]:
    """The rules that run, and what is known of those that were set aside because they raised."""
    with database.transaction() as transaction:
        quarantined = Quarantine(transaction).shown(book)
    return [_shown(book, compiled, quarantined.get(name)) for name, compiled in sorted(book.rules.items())]


def _shown(book: RuleBook, compiled: CompiledRule, quarantined: dict[str, Any] | None) -> dict[str, Any]:
    rule = compiled.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "owner": rule.owner,
        "severity": rule.severity,
        "criticality": rule.criticality,
        "points": sorted(book.watched(rule.id)),
        "quarantined": quarantined,
        "problems": [str(problem) for problem in book.problems if problem.file == rule.file],
        "thresholds": [
            {"property": found.property, "value": found.value, "unit": found.unit}
            for level in compiled.levels
            for found in thresholds(level.when.term)
        ],
    }


def summary(database: Database, book: RuleBook) -> dict[str, int]:
    """How many alerts fired and were resolved since the tables were made, fire now, and how many rules run."""
    with database.transaction() as transaction:
        states = States(transaction)
        counts, firing = states.counts(), len(states.firing())
    return {
        "fired": counts.get(Change.FIRED.value, 0),
        "resolved": counts.get(Change.RESOLVED.value, 0),
        "firing": firing,
        "rules": len(book.rules),
    }
