"""All published JSON-logic cases: over plain data, and, where the data are values by name, over a row as rules have it.

Where a case goes on with what is missing, three-valued logic makes unknown of it; those cases are named here.
"""

import json
from pathlib import Path

import pytest

from services.rules_engine.domain.compiling import inputs_of
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.plain import compile_plain, trace_plain
from services.rules_engine.domain.terms import ANY, BOOLEAN, NUMBER, Sort, Type, list_of


def _case(tree, data):
    return f"{json.dumps(tree)} {json.dumps(data)}"


CASES = {
    _case(case[0], case[1]): case
    for case in json.loads((Path(__file__).parent / "published" / "cases.json").read_text("utf-8"))
    if isinstance(case, list)
}

# What comes out as unknown where JSON-logic takes a missing list for an empty one. What it says is beside it.
UNKNOWN = {
    '{"map": [{"var": "integers"}, {"*": [{"var": ""}, 2]}]} null': [],
    '{"reduce": [{"var": "integers"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, 0]} null': 0,
}

# All other cases that read a missing value or null. Three-valued logic makes unknown of each, where JSON-logic says
# null: the two don't differ here, because none of them goes on to compare what is missing.
MISSING = {
    '{"var": ["b"]} {"a": 1}', '{"var": ["a"]} null', '{"var": "b"} {"a": 1}', '{"var": "a"} null',
    '{"var": "a.q"} {"a": {"b": "c"}}', '{"var": "a.b.c"} null', '{"var": "a.b.c"} {"a": null}',
    '{"var": "a.b.c"} {"a": {"b": null}}', "null {}", '{"if": []} null',
    '{"if": [false, "apple"]} null', '{"if": [false, "apple", false, "banana"]} null',
    '{"if": [false, "apple", false, "banana", false, "carrot"]} null',
}  # fmt: skip
# A default stands in for what is missing, in both.
DEFAULTED = {'{"var": ["a", 1]} null', '{"var": ["b", 2]} {"a": 1}', '{"var": ["a.q", 9]} {"a": {"b": "c"}}'}

# What a rule can't say over its row: data that are no record, and names that are worked out.
NOT_ROWS = {
    '{"var": 1} ["apple", "banana"]', '{"var": "1"} ["apple", "banana"]',
    '{"var": "1.1"} ["apple", ["banana", "beer"]]', '{"var": ""} 1', '{"var": null} 1', '{"var": []} 1',
    _case({"var": [{"?:": [{"<": [{"var": "temp"}, 110]}, "pie.filling", "pie.eta"]}]},
          {"temp": 100, "pie": {"filling": "apple", "eta": "60s"}}),
    '{"missing": {"merge": ["vin", {"if": [{"var": "financing"}, ["apr"], []]}]}} {"financing": true}',
    '{"missing": {"merge": ["vin", {"if": [{"var": "financing"}, ["apr"], []]}]}} {"financing": false}',
}  # fmt: skip


def _exactly(value):
    """A value that equals another only if they are of one type, all the way down; whole numbers are numbers."""
    if isinstance(value, list):
        return [_exactly(part) for part in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__, value


def _flat(data, before=""):
    for name, value in data.items() if isinstance(data, dict) else ():
        yield from _flat(value, f"{before}{name}.") if isinstance(value, dict) else [(before + name, value)]


def _type(value):
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, list):
        return list_of(ANY)
    return Type(Sort.TEXT) if isinstance(value, str) else NUMBER


def _expected(name):
    return None if name in UNKNOWN else CASES[name][2]


def test_there_are_all_278_and_each_that_differs_is_one_of_them():
    assert len(CASES) == 278
    assert set(CASES) >= {*UNKNOWN, *MISSING, *DEFAULTED, *NOT_ROWS}
    assert {name: CASES[name][2] for name in UNKNOWN} == UNKNOWN


@pytest.mark.parametrize("name", CASES)
def test_over_plain_data_the_result_is_the_published_one(name):
    tree, data, _ = CASES[name]
    assert _exactly(compile_plain(tree)(data)) == _exactly(_expected(name))
    assert _exactly(trace_plain(tree)(data, [])) == _exactly(_expected(name))


@pytest.mark.parametrize("name", [name for name in CASES if name not in NOT_ROWS])
def test_over_a_row_the_result_is_the_published_one(name, term):
    tree, data, _ = CASES[name]
    values = dict(_flat(data))
    types = {each: _type(value) for each, value in values.items()}
    read = term(tree, types)
    inputs = [(each.name, each.type.sort) for each in inputs_of(read, types)]
    row = [values.get(each) for each, _ in inputs]
    plain, _ = generate(read, inputs, truth_only=False)
    traced, _ = generate(read, inputs, traced=True, truth_only=False)
    assert _exactly(plain(row)) == _exactly(_expected(name))
    assert _exactly(traced(row, [])) == _exactly(_expected(name))


def test_what_is_missing_is_unknown_exactly_where_json_logic_says_null():
    assert {name for name, (_, _, expected) in CASES.items() if expected is None} == MISSING
