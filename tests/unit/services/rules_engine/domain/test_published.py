"""The published JSON-logic cases, as far as the language goes today, with what three-valued logic makes of the rest."""

import json
from pathlib import Path

import pytest

from services.rules_engine.domain.compiling import inputs_of
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.operators import NAMES
from services.rules_engine.domain.terms import BOOLEAN, NUMBER, Sort, Type

CASES = [
    case
    for case in json.loads((Path(__file__).parent / "published" / "cases.json").read_text("utf-8"))
    if isinstance(case, list)
]

# Operators that the language does not have yet: texts, lists, and questions about what is missing.
LATER = {
    "in", "cat", "substr", "merge", "missing", "missing_some", "filter", "map", "reduce", "all", "none", "some",
}  # fmt: skip

# Cases of known operators on what a condition over a point's properties can't have: lists as values, data that are
# not a record, a name that is worked out.
LISTS = {
    '[1, {"var": "x"}, 3]', '["a", "b"]', '{"if": [[], "apple", "banana"]}', '{"if": [[1], "apple", "banana"]}',
    '{"if": [[1, 2, 3, 4], "apple", "banana"]}', '{"!": [[]]}', '{"!!": [[]]}', '{"and": [[], true]}',
    '{"or": [[], true]}', '{"if": [{"var": "x"}, [{"var": "y"}], 99]}',
}  # fmt: skip
NOT_RECORDS = {
    '{"var": 1}', '{"var": "1"}', '{"var": "1.1"}', '{"var": ""}', '{"var": null}', '{"var": []}',
    '{"var": [{"?:": [{"<": [{"var": "temp"}, 110]}, "pie.filling", "pie.eta"]}]}',
}  # fmt: skip

# A condition has at least one thing to decide on; JSON-logic gives null for this.
EMPTY = {'{"if": []}'}

# All cases that read a missing value or null. Three-valued logic makes unknown of each, where JSON-logic says null:
# the two never differ here, because none of them goes on to compare what is missing.
MISSING = {
    '{"var": ["b"]} {"a": 1}', '{"var": ["a"]} null', '{"var": "b"} {"a": 1}', '{"var": "a"} null',
    '{"var": "a.q"} {"a": {"b": "c"}}', '{"var": "a.b.c"} null', '{"var": "a.b.c"} {"a": null}',
    '{"var": "a.b.c"} {"a": {"b": null}}', "null {}",
    '{"if": [false, "apple"]} null', '{"if": [false, "apple", false, "banana"]} null',
    '{"if": [false, "apple", false, "banana", false, "carrot"]} null',
}  # fmt: skip
# A default stands in for what is missing, in both.
DEFAULTED = {'{"var": ["a", 1]} null', '{"var": ["b", 2]} {"a": 1}', '{"var": ["a.q", 9]} {"a": {"b": "c"}}'}


def _operators(tree):
    if isinstance(tree, dict):
        return set(tree).union(*(_operators(part) for part in tree.values()))
    return set().union(*(_operators(part) for part in tree)) if isinstance(tree, list) else set()


def _is_run(case):
    written = json.dumps(case[0])
    return not (_operators(case[0]) & LATER) and written not in LISTS | NOT_RECORDS | EMPTY


RUN = [case for case in CASES if _is_run(case)]


def _flat(data, before=""):
    for name, value in data.items() if isinstance(data, dict) else ():
        yield from _flat(value, f"{before}{name}.") if isinstance(value, dict) else [(before + name, value)]


def _type(value):
    if isinstance(value, bool):
        return BOOLEAN
    return Type(Sort.TEXT) if isinstance(value, str) else NUMBER


def _both(term, values):
    types = {name: _type(value) for name, value in values.items()}
    row = [values.get(each.name) for each in inputs_of(term, types)]
    inputs = [(each.name, each.type.sort) for each in inputs_of(term, types)]
    plain, _ = generate(term, inputs, truth_only=False)
    traced, _ = generate(term, inputs, traced=True, truth_only=False)
    return plain(row), traced(row, [])


def test_every_case_is_run_or_named():
    rest = [case for case in CASES if not _is_run(case)]
    of_later = [case for case in rest if _operators(case[0]) & LATER]
    assert LATER.isdisjoint(NAMES)
    assert (len(CASES), len(RUN), len(of_later), len(rest) - len(of_later)) == (278, 164, 96, 18)


@pytest.mark.parametrize("case", RUN, ids=lambda case: f"{json.dumps(case[0])} {json.dumps(case[1])}")
def test_result_is_the_published_one(case, term):
    tree, data, expected = case
    values = dict(_flat(data))
    plain, traced = _both(term(tree, {name: _type(value) for name, value in values.items()}), values)
    assert (type(plain) is bool, plain) == (type(expected) is bool, expected)
    assert (type(traced) is bool, traced) == (type(plain) is bool, plain)


def test_what_is_missing_is_unknown_exactly_where_json_logic_says_null():
    told = {f"{json.dumps(tree)} {json.dumps(data)}" for tree, data, expected in RUN if expected is None}
    assert told == MISSING


def test_a_default_stands_in_for_what_is_missing():
    ran = {f"{json.dumps(tree)} {json.dumps(data)}" for tree, data, _ in RUN}
    assert ran >= DEFAULTED
