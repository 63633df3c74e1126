"""Builders of what the rules engine decides on: a condition, a rule, a small city. All real; nothing is replaced."""

import functools
import json
from datetime import UTC, datetime, timedelta

import pytest

from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.compiling import compile_condition, compile_term, read_over
from services.rules_engine.domain.loading import load, together
from services.rules_engine.domain.preparing import prepare
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.scene import Scene
from services.rules_engine.domain.series import GOOD, Series
from services.rules_engine.domain.terms import NUMBER, Term, Type
from services.rules_engine.domain.vocabulary import Vocabulary
from shared import documents
from shared.model.registry import Area, Group, Inventory, Kind, Point, Property, Text

START = datetime(2022, 1, 10, tzinfo=UTC)

RULE = """\
- id: gemapi.crue
  title: "Garonne : alerte"
  owner: gemapi
  for_each: {kind: water-level}
  when: {above: [level, 2 m]}
  severity: orange
  then:
    - notify: {team: astreinte, message: "{point} : {level}"}
"""


def _property(unit, minimum, maximum, accuracy, fr, en):
    return Property(title=Text(fr, en), unit=unit, minimum=minimum, maximum=maximum, accuracy=accuracy)


LEVEL = _property("m", -2, 15, 0.01, "Hauteur", "Level")
FLOW = _property("m3/s", 0, 8000, 1, "Débit", "Flow")
WARMTH = _property("Cel", -30, 60, 0.1, "Température", "Temperature")
PASSAGES = _property("{count}", 0, 10000, 1, "Passages", "Passages")


KIND = Kind(
    id="water-level",
    title=Text("Hauteur d'eau", "Water level"),
    period_s=900,
    max_delay_s=3600,
    stale_after_s=2700,
    properties={"level": LEVEL, "flow": FLOW, "warmth": WARMTH, "passages": PASSAGES},
)
POINT = Point(
    id="pont-neuf",
    title="Pont-Neuf",
    kind="water-level",
    directorate="gemapi",
    longitude=1.44,
    latitude=43.6,
    areas=("berges",),
    tags=("amont", "officiel"),
)
INVENTORY = Inventory(
    kinds=(
        KIND,
        Kind(
            id="luminaire", title=Text("Lampe", "Lamp"), period_s=60, max_delay_s=60, stale_after_s=180, properties={}
        ),
    ),
    areas=(Area(id="berges", title=Text("Berges", "Banks"), geometry={}),),
    points=(
        POINT,
        Point(id="portet", title="Portet", kind="water-level", directorate="gemapi", longitude=1.4, latitude=43.5),
        Point(id="l1", title="L1", kind="luminaire", directorate="light", longitude=1.4, latitude=43.5),
    ),
    groups=(
        Group(id="lampes", title=Text("Lampes", "Lamps"), directorate="light", points=("l1",)),
        Group(id="stations", title=Text("Stations", "Gauges"), directorate="gemapi", points=("portet",)),
    ),
)
VOCABULARY = Vocabulary(KIND, {kind.id: kind for kind in INVENTORY.kinds})
KNOWN = Known(INVENTORY, frozenset({"astreinte", "collecte"}))


@pytest.fixture
def kind():
    """Every quarter of an hour; a value counts for three of them."""
    return KIND


@pytest.fixture
def point():
    return POINT


@pytest.fixture
def inventory():
    return INVENTORY


@pytest.fixture(scope="session")
def words():
    """Those that a condition over the small kind may use."""
    return VOCABULARY


@pytest.fixture
def known():
    return KNOWN


@pytest.fixture
def loaded():
    """Load the small rule, with lines replaced or added: ``loaded(when="{below: [level, 1]}")``."""

    def _load(known=KNOWN, **lines):
        return load(rule_text(**lines), "rules/crue.yaml", known)

    return _load


@pytest.fixture
def beside():
    """The problems, of one sort, of small rules beside one another: ``r0``, ``r1``, ..., each in a file of its own."""

    def _beside(*rules, slug, today=None):
        known = Known(INVENTORY, KNOWN.teams, today)
        texts = [rule_text(**{"id": f"r{index}", **lines}) for index, lines in enumerate(rules)]
        each = [load(text, f"rules/r{index}.yaml", known) for index, text in enumerate(texts)]
        return [problem for problem in together(each, known) if problem.slug == slug]

    return _beside


def rule_text(**lines):
    text = RULE
    for name, value in lines.items():
        key = {"for_": "for"}.get(name, name)
        kept = [line for line in text.splitlines() if not line.startswith((f"  {key}:", f"- {key}:"))]
        if key == "then":
            kept = [line for line in kept if not line.startswith("    ")]
        if value is not None:
            new = f"- {key}: {value}" if key == "id" else f"  {key}: {value}"
            kept = [new, *kept] if key == "id" else [*kept, new]
        text = "\n".join(kept) + "\n"
    return text


@pytest.fixture
def rule():
    """A rule ready to run, made like ``loaded``."""
    return lambda **lines: _prepared(rule_text(**lines))


@functools.cache
def _prepared(text):
    loaded = load(text, "rules/crue.yaml", KNOWN)
    assert loaded.rules, loaded.problems
    return prepare(loaded.rules[0], KNOWN.kinds).compiled


@pytest.fixture
def scene():
    """What a rule sees of the small point: one sample or several of each property."""

    def _scene(row, at, now=None, kind=KIND):
        series = {name: Series([found] if isinstance(found, Sample) else found) for name, found in row.items()}
        return Scene(kind=kind, point=POINT, series=series, at=at, now=now or at, subject=POINT.id)

    return _scene


@pytest.fixture
def compilation(kind):
    """Compile a condition given as JSON-logic data over the properties of the small kind."""

    def _compile(tree):
        return compile_condition(documents.read(json.dumps(tree), "rules/crue.yaml"), (), Vocabulary(kind, KNOWN.kinds))

    return _compile


@pytest.fixture
def compiled(compilation):
    def _compiled(tree):
        found = compilation(tree)
        assert found.compiled is not None, found.problems
        return found.compiled

    return _compiled


@pytest.fixture
def slugs(compilation):
    """The slugs of the problems of a condition, in order."""
    return lambda tree: [problem.slug for problem in compilation(tree).problems]


@pytest.fixture
def compile_data():
    """The slugs of a condition given as data, for what is too deep to be written down."""

    def _compile(tree):
        document = documents.Document("condition", tree, {}, {})
        return [problem.slug for problem in compile_condition(document, (), VOCABULARY).problems]

    return _compile


@pytest.fixture
def term():
    """Read a condition over bare variables of given types, without the checks that a rule has to pass."""

    def _term(tree, types) -> Term:
        document = documents.Document("condition", tree, {}, {})
        problems = []
        found = read_over(document, (), types, problems)
        assert not problems, problems
        return found

    return _term


def as_read(value):
    """What a condition reads of a sample with this value: numbers that can't be counted with are never believed."""
    if value is None:
        return None
    series = Series([Sample(value, START)])
    return value if series.qualities[0] == GOOD else None


@pytest.fixture
def decided(term):
    """Decide a condition over bare numbers by name; None is a missing one."""

    def _decided(tree, **values):
        types: dict[str, Type] = dict.fromkeys(values, NUMBER)
        found = compile_term(term(tree, types), types)
        row = [as_read(values[each.name]) for each in found.inputs]
        assert found.trace(row).truth is found.decide(row)
        return found.decide(row)

    return _decided


@pytest.fixture
def minutes():
    """A moment so many minutes after the start of the flood."""
    return lambda count: START + timedelta(minutes=count)
