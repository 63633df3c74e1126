"""On fully known data a compiled condition decides as datalogic does; on partly known data it never says too much.

Conditions over a row are here, those over plain data in ``test_oracle_plain.py``.
"""

import datalogic_py
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.compiling import compile_term, inputs_of, read_over
from services.rules_engine.domain.generating import generate
from services.rules_engine.domain.terms import NUMBER
from shared.documents import Document

ENGINE = datalogic_py.Engine()
PROPERTIES = ("a", "b", "c")
TYPES = dict.fromkeys(PROPERTIES, NUMBER)

VALUES = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3)))
ROWS = st.fixed_dictionaries(dict.fromkeys(PROPERTIES, VALUES))
PARTIAL_ROWS = st.fixed_dictionaries(dict.fromkeys(PROPERTIES, st.none() | VALUES))
VARIABLES = st.sampled_from([{"var": name} for name in PROPERTIES])


def _operator(names, argument, least, most):
    parts = st.lists(argument, min_size=least, max_size=most)
    return st.builds(lambda name, some: {name: some}, st.sampled_from(names), parts)


def _sums(inner):
    return st.one_of(
        _operator(["+", "*", "min", "max"], inner, 1, 3),
        _operator(["-"], inner, 1, 2),
    )


def _quotients(inner):
    """Never by zero: the oracle refuses 1/0 and says 1.8e308 for 1.5/0, and we say unknown for both."""
    divided = st.tuples(st.sampled_from(["/", "%"]), inner, VALUES.filter(bool))
    return st.one_of(_sums(inner), divided.map(lambda each: {each[0]: [each[1], each[2]]}))


def _comparisons(numbers):
    return st.one_of(
        _operator(["==", "!=", "===", "!==", "<", "<=", ">", ">="], numbers, 2, 2),
        _operator(["<", "<="], numbers, 3, 3),
    )


def _elements(numbers):
    """What a list of a rule can be: values, and what is made of them."""
    written = st.lists(numbers, max_size=3)
    made = st.one_of(
        st.builds(lambda source, factor: {"map": [source, {"*": [{"var": ""}, factor]}]}, written, VALUES),
        st.builds(lambda first, second: {"merge": [first, second]}, written, st.one_of(written, numbers)),
        st.builds(lambda source, limit: {"filter": [source, {">": [{"var": ""}, limit]}]}, written, VALUES),
    )
    return st.one_of(written, made)


def _of_lists(numbers):
    lists = _elements(numbers)
    inside = _comparisons(st.one_of(st.just({"var": ""}), VALUES))
    smallest = {"min": [{"var": "current"}, {"var": "accumulator"}]}
    return st.one_of(
        st.builds(lambda needle, source: {"in": [needle, source]}, numbers, lists),
        st.builds(
            lambda name, source, body: {name: [source, body]}, st.sampled_from(["all", "none", "some"]), lists, inside
        ),
        st.builds(lambda source, body: {"!!": {"filter": [source, body]}}, lists, inside),
        st.builds(lambda source, start: {"<": [{"reduce": [source, smallest, start]}, 1]}, lists, VALUES),
        st.builds(lambda some: {"==": [{"cat": some}, {"cat": list(reversed(some))}]}, st.lists(VARIABLES, max_size=2)),
    )


def _missing(names):
    return st.one_of(
        st.builds(lambda some: {"missing": some}, names),
        st.builds(lambda need, some: {"missing_some": [need, some]}, st.integers(0, 3), names),
    )


MISSING = _missing(st.lists(st.sampled_from(PROPERTIES), max_size=3))


def _conditions(inner):
    return st.one_of(
        _operator(["and", "or"], inner, 1, 3),
        _operator(["!", "!!"], inner, 1, 1),
        _operator(["if", "?:"], inner, 3, 3),
        _operator(["if"], inner, 5, 5),
        _operator(["==", "!=", "<"], inner, 2, 2),
    )


def _conditions_over(numbers):
    leaves = st.one_of(_comparisons(numbers), _of_lists(numbers), numbers, st.booleans())
    return st.recursive(leaves, _conditions, max_leaves=8)


SUMS = st.recursive(st.one_of(VARIABLES, VALUES), _sums, max_leaves=5)
NUMBERS = st.recursive(st.one_of(VARIABLES, VALUES), _quotients, max_leaves=5)
CONDITIONS = _conditions_over(NUMBERS)


def _term(tree):
    problems: list = []
    found = read_over(Document("condition", tree, {}, {}), (), TYPES, problems)
    assert not problems
    return found


def _row(compiled, data):
    return [data[each.name] for each in compiled.inputs]


@settings(max_examples=200, deadline=None)
@given(_conditions_over(SUMS), ROWS)
def test_known_data_decide_as_in_the_oracle(tree, data):
    compiled = compile_term(_term(tree), TYPES)
    assert compiled.decide(_row(compiled, data)) is ENGINE.truthy(ENGINE.eval(tree, data))


@settings(max_examples=200, deadline=None)
@given(NUMBERS, ROWS)
def test_known_numbers_have_the_value_of_the_oracle(tree, data):
    term = _term(tree)
    inputs = inputs_of(term, TYPES)
    value, _ = generate(term, [(each.name, each.type.sort) for each in inputs], truth_only=False)
    found = value([data[each.name] for each in inputs])
    assert found == ENGINE.eval(tree, data)


@settings(max_examples=150, deadline=None)
@given(CONDITIONS, PARTIAL_ROWS)
def test_the_traced_function_decides_as_the_plain_one(tree, data):
    _same_with_a_trace(tree, data)


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.one_of(MISSING, _comparisons(VARIABLES)), _conditions, max_leaves=6), PARTIAL_ROWS)
def test_so_it_does_where_a_condition_asks_what_is_missing(tree, data):
    _same_with_a_trace(tree, data)


def _same_with_a_trace(tree, data):
    compiled = compile_term(_term(tree), TYPES)
    row = _row(compiled, data)
    assert compiled.trace(row).truth is compiled.decide(row)


@settings(max_examples=200, deadline=None)
@given(CONDITIONS, PARTIAL_ROWS, ROWS)
def test_what_is_decided_without_a_value_stays_so_whatever_the_value_is(tree, partial, whole):
    compiled = compile_term(_term(tree), TYPES)
    without = compiled.decide(_row(compiled, partial))
    filled = {name: whole[name] if value is None else value for name, value in partial.items()}
    if without is not None:
        assert compiled.decide(_row(compiled, filled)) is without


@settings(max_examples=100, deadline=None)
@given(_comparisons(VARIABLES))
def test_a_comparison_of_missing_values_only_is_unknown(tree):
    compiled = compile_term(_term(tree), TYPES)
    assert compiled.decide([None] * len(compiled.inputs)) is None


@settings(max_examples=100, deadline=None)
@given(MISSING, PARTIAL_ROWS)
def test_what_is_missing_is_what_the_oracle_misses(tree, data):
    term = _term(tree)
    inputs = inputs_of(term, TYPES)
    value, _ = generate(term, [(each.name, each.type.sort) for each in inputs], truth_only=False)
    there = {name: each for name, each in data.items() if each is not None}
    assert value([data[each.name] for each in inputs]) == ENGINE.eval(tree, there)
