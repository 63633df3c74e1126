"""A river with many instruments, so that every sort of value can be put into words."""

from datetime import UTC, datetime, timedelta

import pytest

from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.explaining import rule_in_words
from services.rules_engine.domain.explaining_decisions import trace_in_words
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.preparing import prepare
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.selecting import subjects
from services.rules_engine.domain.surroundings import Surroundings
from services.rules_engine.domain.wording.titles import Titles
from shared.model.registry import Area, Group, Inventory, Kind, Point, Property, Site, Text


def _property(fr, en, unit, minimum=0.0, maximum=1000.0, accuracy=0.1, aggregation="mean"):
    return Property(
        title=Text(fr, en), unit=unit, minimum=minimum, maximum=maximum, accuracy=accuracy, aggregation=aggregation
    )


STATION = Kind(
    id="station",
    title=Text("Station de rivière", "River station"),
    period_s=900,
    max_delay_s=3600,
    stale_after_s=2700,
    properties={
        "level": _property("Hauteur de l'eau", "Water level", "m", -2, 15, 0.01),
        "flow": _property("Débit", "Flow", "m3/s", accuracy=1),
        "rain": _property("Pluie", "Rain", "mm", aggregation="sum"),
        "laeq": _property("LAeq, niveau équivalent", "LAeq, equivalent level", "dB", 15, 130, 0.1, "energy-mean"),
        "bikes": _property("Vélos par quart d'heure", "Bikes per quarter of an hour", "{count}", aggregation="sum"),
        "tilted": _property("Sonde inclinée", "Probe tilted", "1", 0, 1, 1),
        "ph": _property("pH", "pH", "[pH]", 0, 14, 0.01),
        "light": _property("Éclairement", "Illuminance", "lx", 0, 200000),
        "zorglub": _property("Zorglub", "Zorglub", "m", accuracy=0.01),
    },
)
GAUGE = Kind(
    id="gauge",
    title=Text("Pluviomètre", "Rain gauge"),
    period_s=900,
    max_delay_s=3600,
    stale_after_s=2700,
    properties={"rain": _property("Pluie", "Rain", "mm", aggregation="sum")},
)
LAMP = Kind(
    id="lamp", title=Text("Lampe", "Lamp"), period_s=60, max_delay_s=60, stale_after_s=180,
    properties={"level": _property("Niveau", "Level", "%", 0, 100, 1)},
)  # fmt: skip


def _point(name, title, kind, longitude=5.4, **more):
    return Point(id=name, title=title, kind=kind, directorate="gemapi", longitude=longitude, latitude=43.3, **more)


INVENTORY = Inventory(
    kinds=(STATION, GAUGE, LAMP),
    areas=(Area(id="huveaune", title=Text("Vallée de l'Huveaune", "Huveaune valley"), geometry={}),),
    sites=(Site(id="moulin", title="Le Moulin"),),
    points=(
        _point("aubagne", "Aubagne", "station", areas=("huveaune",), site="moulin", tags=("amont", "officiel")),
        _point("roquevaire", "Roquevaire", "station", areas=("huveaune",), site="moulin", tags=("amont",)),
        _point("gemenos", "Gémenos", "station", site="moulin"),
        _point("cassis", "Cassis", "station"),
        _point("auriol", "Auriol", "gauge", tags=("pluie",)),
        _point("gardanne", "Gardanne", "gauge", tags=("pluie",)),
        _point("l1", "L1", "lamp", 5.5, areas=("huveaune",)),
    ),
    groups=(
        Group(id="berges", title=Text("Berges", "Banks"), directorate="eclairage", points=("l1",)),
        Group(
            id="stations",
            title=Text("Stations sûres", "Sure stations"),
            directorate="gemapi",
            points=("aubagne", "gemenos"),
        ),
    ),
)
TITLES = Titles.of(INVENTORY, {"astreinte": "Astreinte", "hydro": "Hydrologie"})
START = datetime(2022, 1, 10, tzinfo=UTC)
NOW = START + timedelta(hours=1)
KNOWN = Known(INVENTORY, frozenset({"astreinte", "hydro"}))
WRITTEN = {
    "title": '"Crue"',
    "owner": "gemapi",
    "for_each": "{kind: station}",
    "when": "{above: [level, 2 m]}",
    "severity": "orange",
    "then": "[{notify: {team: astreinte, message: m}}]",
}


def compiled(lines):
    written = {**WRITTEN, **{name.removesuffix("_") if name == "for_" else name: text for name, text in lines.items()}}
    body = "".join(f"  {name}: {text}\n" for name, text in written.items() if text is not None)
    loaded = load(f"- id: gemapi.crue\n{body}", "rules/crue.yaml", KNOWN)
    assert loaded.rules, loaded.problems
    found = prepare(loaded.rules[0], KNOWN.kinds)
    assert found.compiled is not None, found.problems
    return found.compiled


@pytest.fixture
def rule():
    """A rule of the river, ready to run, with lines replaced or (None) left out."""
    return lambda **lines: compiled(lines)


@pytest.fixture
def paragraph():
    """What is said of such a rule."""
    return lambda titles=TITLES, **lines: rule_in_words(compiled(lines), titles)


@pytest.fixture
def inventory():
    return INVENTORY


@pytest.fixture
def titles():
    return TITLES


class Seen:
    """A rule with what it sees at the first of its points, or its first group, an hour after ``START``.

    Samples are given as (minutes after the start, value) by point and property.
    """

    def __init__(self, samples, **lines):
        book = book_of([compiled(lines).rule], INVENTORY)
        city = Surroundings(book, lambda key: False)
        for (point, name), values in samples.items():
            for minute, value, *quality in values:
                city.add(point, name, Sample(value, START + timedelta(minutes=minute), *quality))
        self.rule = book.rules["gemapi.crue"]
        self.scene = city.scene(self.rule, subjects(self.rule.rule, INVENTORY)[0], NOW, NOW)
        self.trace = self.rule.when.trace_in(self.scene)

    def words(self, *, scene=True):
        return trace_in_words(self.trace, self.rule, self.scene if scene else None, TITLES)


@pytest.fixture
def seen():
    return Seen
