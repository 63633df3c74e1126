"""What is exported can be imported again, and changes nothing."""

import json

import msgspec
import pytest

from services.device_registry.domain.exchange.exporting import export
from services.device_registry.domain.exchange.faults import NoSuchForm, UnknownSort
from services.device_registry.domain.exchange.planning import File, plan
from services.device_registry.domain.loading import load
from services.device_registry.sources.folder import read_folder
from shared.model.registry import Inventory
from shared.runtime.settings import shipped_rules

FORMS = [
    *((sort, form) for sort in ("points", "devices", "areas", "sites", "groups") for form in ("csv", "csv-fr")),
    ("points", "geojson"),
    ("areas", "geojson"),
]


@pytest.fixture(scope="module")
def shipped():
    return load(read_folder(shipped_rules()))


def as_file(inventory, sort, form):
    name = f"{sort}.{'geojson' if form == 'geojson' else 'csv'}"
    return File(name=name, text=export(inventory, sort, form))


@pytest.mark.parametrize(("sort", "form"), FORMS, ids="-".join)
def test_importing_what_was_exported_changes_nothing(shipped, known, sort, form):
    for inventory in (shipped, known):
        planned = plan(inventory, [as_file(inventory, sort, form)], lambda _key: True)
        assert planned.problems == ()
        assert planned.changes.changes == ()


@pytest.mark.parametrize("form", ["csv", "csv-fr"])
def test_a_whole_city_moves_by_its_tables(shipped, form):
    empty = Inventory(directorates=shipped.directorates, kinds=shipped.kinds, models=shipped.models)
    files = [as_file(shipped, sort, form) for sort in ("groups", "points", "areas", "devices", "sites")]
    planned = plan(empty, files)
    assert planned.problems == ()
    assert planned.new == shipped


def test_a_table_has_a_row_for_each_device_of_a_point(known):
    rows = [line.split(",") for line in export(known, "points", "csv").splitlines()]
    device = rows[0].index("device")
    assert [(row[0], row[1], row[device]) for row in rows if row[0] == "bridge"] == [
        ("bridge", "Au pont", "G1"),
        ("bridge", "", "S1"),
    ]


def test_a_table_for_french_spreadsheets_has_semicolons_and_decimal_commas(known):
    text = export(known, "points", "csv-fr")
    assert "bridge;Au pont;water;rivers;5,4;43,3;" in text
    assert ";4,2;;;level=0,02" in text


def test_features_have_their_longitude_first(known):
    features = json.loads(export(known, "points", "geojson"))["features"]
    assert [item["geometry"]["coordinates"] for item in features if item["properties"]["id"] == "bridge"] == [
        [5.4, 43.3]
    ]


def test_what_cannot_be_had_is_said(known):
    with pytest.raises(UnknownSort, match="there are: points, sites, devices, areas, groups"):
        export(known, "kinds", "csv")
    with pytest.raises(NoSuchForm):
        export(known, "devices", "geojson")


def test_text_that_a_spreadsheet_would_run_leaves_behind_an_apostrophe_and_comes_back_as_it_was(known):
    (first, *others), titles = known.points, ["=1+1", "+1", "-1", "@now", "'=1", "'quoted'", "1=1"]
    for title in titles:
        odd = msgspec.structs.replace(first, title=title, tags=(title, "plain"))
        inventory = msgspec.structs.replace(known, points=(odd, *others))
        text = export(inventory, "points", "csv")
        assert not any(cell[:1] in "=+@-" for line in text.splitlines() for cell in line.split(",") if cell)
        assert plan(inventory, [as_file(inventory, "points", "csv")]).changes.changes == ()
