"""Whatever stands in a file, an import tells problems or a plan; it never breaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.device_registry.domain.exchange.columns import columns_of
from services.device_registry.domain.exchange.exporting import export
from services.device_registry.domain.exchange.planning import File, plan
from services.device_registry.domain.loading import load
from tests.unit.services.device_registry.domain import conftest

SORTS = ("points", "devices", "areas", "sites", "groups")
TEXTS = {"kinds.yaml": conftest.KINDS, "city.yaml": conftest.CITY, "areas.geojson": conftest.AREAS}


@pytest.fixture(scope="module")
def known():
    return load(conftest.SourceText(file, text) for file, text in TEXTS.items())


def mutated(data, text):
    """The text with some of its pieces replaced, repeated or taken out."""
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        piece = data.draw(st.one_of(st.text(max_size=6), st.sampled_from(PIECES)))
        text = text[:start] + piece + text[end:]
    return text


PIECES = [
    "",
    '"',
    ",",
    ";",
    "\n",
    "null",
    "[]",
    "{}",
    "1e999",
    "-",
    "0",
    "|",
    "=",
    "\ufeff",
    "NaN",
    "true",
    "9999-12-31",
]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_spoilt_file_is_a_plan_or_a_list_of_problems(known, data):
    sort = data.draw(st.sampled_from(SORTS))
    form = data.draw(st.sampled_from(("csv", "csv-fr", "geojson") if sort in ("points", "areas") else ("csv",)))
    name = "x.geojson" if form == "geojson" else "x.csv"
    file = File(name=name, text=mutated(data, export(known, sort, form)), sort=data.draw(st.sampled_from([sort, None])))
    done = plan(known, [file], lambda _key: True)
    assert done.problems or done.new is not None


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_table_of_anything_is_a_plan_or_a_list_of_problems(known, data):
    sort = data.draw(st.sampled_from(SORTS))
    columns = data.draw(
        st.lists(st.sampled_from([column.name for column in columns_of(sort)]), unique=True, min_size=1)
    )
    cell = st.one_of(
        st.sampled_from(PIECES), st.sampled_from(["bridge", "G1", "bank", "water", "5.4"]), st.text(max_size=5)
    )
    rows = data.draw(st.lists(st.lists(cell, min_size=len(columns), max_size=len(columns)), max_size=5))
    text = "\n".join("\t".join(row) for row in [columns, *rows])
    done = plan(known, [File(name="x.csv", text=text, sort=sort)], lambda _key: True)
    assert done.problems or done.new is not None
