"""Small rules in the city as it is, tried on made-up observations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import load
from tests.rules.watching import CITY, city, happened, told

PARIS = "Europe/Paris"
RIVER, NOISE, BIKES, BIN = "huveaune-marseille", "bruit-rabatau", "velo-prado", "pav-belsunce-verre"
NOON = datetime(2026, 1, 14, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
RULE = """- id: essai.{name}
  title: Essai
  owner: gemapi
  for_each: {{kind: {kind}, points: [{point}]}}
  {lines}
  severity: info
  then: [{{notify: {{team: gemapi-astreinte, message: "{{point}}"}}}}]
"""


def problems(when, point=RIVER, kind="water-level", **lines):
    """The slugs of what is wrong with a rule, in the city as it is."""
    text = "\n  ".join([f"when: {when}", *(f"{name}: {value}" for name, value in lines.items())])
    found = load(RULE.format(name="a", kind=kind, point=point, lines=text), "essai.yaml", Known(CITY)).problems
    return [problem.slug for problem in found if problem.slug not in ("missing-test", "not-checked")]


def changes(when, seen, point=RIVER, kind="water-level", until=None, zone="UTC", **lines):
    """What becomes of a rule's alert, by the clock of a zone."""
    text = "\n  ".join([f"when: {when}", *(f"{name}: {value}" for name, value in lines.items())])
    rules = load(RULE.format(name="a", kind=kind, point=point, lines=text), "essai.yaml").rules
    book = book_of(rules, city(point))
    assert book.rules, "it does not run"
    return told(happened(book, seen, until), "essai.a", zone=zone)


def fired(*found, **more):
    return [kind for kind, _ in changes(*found, **more)].count("fired")
