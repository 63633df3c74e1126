"""Plays made-up levels through rules: what became of alerts, and at which minute."""

from dataclasses import replace
from datetime import timedelta

from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.playing import Play, Seen
from services.rules_engine.domain.sample import Sample
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.conftest import INVENTORY, KNOWN, START, rule_text

MINUTE = timedelta(minutes=1)
BAD = "bad"
"""A value that is distrusted."""


def levels(values, *, point="pont-neuf", name="level", start=START, delay=0):
    """Observations by minute; each arrives so many minutes later."""
    return [
        Seen(
            point,
            name,
            Sample(0.0, start + minute * MINUTE, Quality.SUSPECT)
            if value is BAD
            else Sample(float(value), start + minute * MINUTE),
            start + (minute + delay) * MINUTE if delay else None,
        )
        for minute, value in (values.items() if isinstance(values, dict) else values)
    ]


def quarters(*values, begin=0, **more):
    """A value each quarter of an hour; None: nothing is observed."""
    return levels([(begin + 15 * index, value) for index, value in enumerate(values) if value is not None], **more)


def book(*rules, inventory=INVENTORY, points="[pont-neuf]"):
    """The book of rules, each given by the lines that differ from the small rule; about one point unless they say."""
    found = []
    for lines in rules:
        given = {"for_each": f"{{kind: water-level, points: {points}}}", **lines}
        loaded = load(rule_text(**given), "rules/crue.yaml", replace(KNOWN, inventory=inventory))
        assert loaded.rules, loaded.problems
        found += loaded.rules
    made = book_of(found, inventory)
    assert len(made.rules) == len(rules), "a rule doesn't run"
    return made


def minute_of(moment, start=START):
    found = (moment - start) / MINUTE
    return int(found) if found == int(found) else round(found, 3)


def played(made, seen, until=None, since=None, start=START):
    """Rule, subject, change, and the minute of it; leases that are renewed are left out."""
    end = (
        START
        if not seen and until is None
        else max(each.moment for each in seen)
        if until is None
        else start + until * MINUTE
    )
    begin = None if since is None else start + since * MINUTE
    return [
        (event.rule, event.subject, event.transition.kind.value, minute_of(event.transition.at, start))
        for event in Play(made).run(seen, end, begin)
        if event.transition.kind.value != "renewed"
    ]


def changes(made, seen, until=None, since=None, start=START):
    """Only what became of the one alert there is."""
    found = played(made, seen, until, since, start)
    assert len({(rule, subject) for rule, subject, _, _ in found}) <= 1
    return [(kind, minute) for _, _, kind, minute in found]
