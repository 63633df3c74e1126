"""A small river city, and rules in it with the tests that their authors wrote. All real; nothing is replaced."""

import textwrap

import pytest

from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.testing.reading import read_tests
from services.rules_engine.domain.testing.result import run_case
from services.rules_engine.domain.testing.timeline import text_of, timeline
from shared.model.registry import Area, Group, Inventory, Kind, Point, Property, Site, Text


def _property(unit, minimum, maximum, accuracy):
    return Property(title=Text("x", "x"), unit=unit, minimum=minimum, maximum=maximum, accuracy=accuracy)


def _kind(name, period_s, **properties):
    title = Text(name, name)
    times = {"period_s": period_s, "max_delay_s": 3600, "stale_after_s": 3 * period_s}
    return Kind(id=name, title=title, properties=properties, **times)


def _point(name, kind="water-level", **more):
    more = {"longitude": 1.44, "latitude": 43.6, "directorate": "gemapi"} | more
    return Point(id=name, title=name.capitalize(), kind=kind, **more)


INVENTORY = Inventory(
    kinds=(
        _kind("water-level", 900, level=_property("m", -2, 15, 0.01), flow=_property("m3/s", 0, 8000, 1)),
        _kind("rain-gauge", 900, rain=_property("mm", 0, 100, 0.1)),
        _kind("luminaire", 60, power=_property("W", 0, 2000, 1)),
    ),
    areas=(Area(id="vallee", title=Text("Vallée", "Valley"), geometry={}),),
    sites=(Site(id="barrage", title="Barrage"),),
    points=(
        _point("portet", areas=("vallee",), tags=("officiel",)),
        _point("auterive", areas=("vallee",), site="barrage"),
        _point("lezat", areas=("vallee",)),
        _point("londres", areas=("vallee",), zone="Europe/London", tags=("ailleurs",)),
        _point("pluvio", kind="rain-gauge", site="barrage"),
        _point("l1", kind="luminaire", areas=("vallee",)),
        _point("l2", kind="luminaire"),
    ),
    groups=(
        Group(id="berges", title=Text("Berges", "Banks"), directorate="light", points=("l1",)),
        Group(id="quai", title=Text("Quai", "Quay"), directorate="light", points=("l2",)),
    ),
)

RULE = """\
- id: gemapi.crue
  title: "Crue"
  owner: gemapi
  for_each: {kind: water-level}
  when: {above: [level, 1.80 m]}
  for: 10 min
  until: {below: [level, 1.60 m]}
  until_for: 30 min
  severity: orange
  then:
    - notify: {team: astreinte, message: "{point} : {level} à {time}"}
    - light: {group: berges, level: 100 %, at_most: 4 h, reason: crue}
"""


@pytest.fixture
def rule_text():
    return RULE


@pytest.fixture
def inventory():
    return INVENTORY


@pytest.fixture
def empty():
    """The same kinds, and no points at all."""
    return Inventory(kinds=INVENTORY.kinds)


@pytest.fixture
def rules():
    """The rules of a text, by id."""

    def _rules(text, inventory=INVENTORY):
        loaded = load(text, "rules/crue.yaml", Known(inventory, only_kinds=not inventory.points))
        errors = [problem for problem in loaded.problems if problem.severity == "error"]
        assert not [problem for problem in errors if problem.slug != "test-wrong"], errors
        return {rule.id: rule for rule in loaded.rules}

    return _rules


@pytest.fixture
def read(rules):
    """The tests of the first rule: ``read("- {given: ..., expect: ...}")``."""

    def _read(tests, rule=RULE, inventory=INVENTORY):
        text = f"{rule}  tests:\n{textwrap.indent(textwrap.dedent(tests).strip(), '    ')}\n"
        return read_tests(next(iter(rules(text, inventory).values())), inventory)

    return _read


@pytest.fixture
def played(read, rules):
    """The results of the tests of the first rule; all of them could be read."""

    def _played(tests, rule=RULE, others="", inventory=INVENTORY):
        found = read(tests, rule, inventory)
        assert found.problems == ()
        around = rules(others, inventory) if others else {}
        return [run_case(case, around) for case in found.cases]

    return _played


@pytest.fixture
def failures(played):
    """What fails in the one test, as French sentences."""

    def _failures(tests, **more):
        (result,) = played(tests, **more)
        return [failure.said.fr for failure in result.failures]

    return _failures


@pytest.fixture
def picture(played):
    """The timeline of the one test, which fails."""

    def _picture(tests, language="fr", **more):
        (result,) = played(tests, **more)
        assert result.failures
        return text_of(timeline(result.case, {}, result.failures, language))

    return _picture
