"""Over plain data that are fully known, what is compiled, what is traced and what datalogic says are the same."""

import json
from dataclasses import dataclass
from typing import Any

import datalogic_py
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.plain import compile_plain, trace_plain

ENGINE = datalogic_py.Engine()
INTEGERS = st.integers(-4, 4)
# Not empty, for datalogic doesn't miss empty text; and no text that spells a number.
TEXTS = st.text("abé🚲", min_size=1, max_size=4)
RECORDS = st.fixed_dictionaries({"q": INTEGERS, "s": TEXTS, "l": st.lists(INTEGERS, max_size=3)})
DATA = st.fixed_dictionaries(
    {
        "n": INTEGERS,
        "r": st.fixed_dictionaries({"m": INTEGERS, "t": TEXTS}),
        "l": st.lists(INTEGERS, max_size=4),
        "texts": st.lists(TEXTS, max_size=3),
        "records": st.lists(RECORDS, max_size=3),
    },
    optional={"sometimes": INTEGERS},
)


@dataclass(frozen=True)
class Scope:
    """What ``var`` finds in a scope, by sort."""

    numbers: tuple[Any, ...] = ()
    texts: tuple[Any, ...] = ()
    lists: tuple[Any, ...] = ()
    records: tuple[Any, ...] = ()
    names: tuple[str, ...] = ("gone",)


def var(*arguments):
    return {"var": list(arguments)}


TOP = Scope(
    numbers=(var("n"), var("r.m"), var("sometimes", 3), var("records.7.q", -1), {"var": {"cat": ["r", ".m"]}}),
    texts=(var("r.t"), var("records.0.s", "none")),
    lists=(var("l"), var("records.0.l", [])),
    records=(var("records"),),
    names=("n", "sometimes", "r.t", "r.x", "l.1"),
)
ELEMENT = Scope(numbers=(var(""), {"var": []}))
RECORD = Scope(numbers=(var("q"), var("l.0", 2)), texts=(var("s"),), lists=(var("l"),), names=("q", "gone", "l.2"))
STEP = Scope(numbers=(var("current"), var("accumulator")))


def apply(name, *arguments):
    return st.builds(lambda *some: {name: list(some)}, *arguments)


def any_of(name, argument, least=0, most=3):
    return st.lists(argument, min_size=least, max_size=most).map(lambda some: {name: some})


def choice(depth, scope, kind):
    return apply("if", conditions(depth - 1, scope), kind(depth - 1, scope), kind(depth - 1, scope))


def numbers(depth, scope):
    leaves = st.one_of(INTEGERS, st.sampled_from(scope.numbers))
    if depth <= 0:
        return leaves
    inner = numbers(depth - 1, scope)
    counted = st.sampled_from(["+", "min", "max"]).flatmap(lambda name: any_of(name, inner, least=1))
    start = numbers(0, scope)
    added = apply("reduce", lists(depth - 1, scope), numbers(depth - 1, STEP), start)
    return st.one_of(leaves, counted, apply("-", inner, inner), added, choice(depth, scope, numbers))


def texts(depth, scope):
    leaves = st.one_of(TEXTS, st.sampled_from(scope.texts)) if scope.texts else TEXTS
    if depth <= 0:
        return leaves
    inner = texts(depth - 1, scope)
    joined = any_of("cat", st.one_of(inner, numbers(depth - 1, scope), st.booleans(), lists(0, scope)))
    cut = apply("substr", inner, INTEGERS)
    piece = apply("substr", inner, INTEGERS, INTEGERS)
    spelled = apply(
        "reduce", st.lists(INTEGERS, max_size=3), st.just({"cat": [var("current"), var("accumulator")]}), inner
    )
    return st.one_of(leaves, joined, cut, piece, spelled, choice(depth, scope, texts))


def lists(depth, scope):
    leaves = st.one_of(
        st.lists(numbers(0, scope), max_size=3), *([st.sampled_from(scope.lists)] if scope.lists else [])
    )
    if depth <= 0:
        return leaves
    inner = lists(depth - 1, scope)
    kept = apply("filter", inner, conditions(depth - 1, ELEMENT))
    mapped = apply("map", inner, numbers(depth - 1, ELEMENT))
    merged = any_of("merge", st.one_of(inner, numbers(depth - 1, scope)))
    gathered = apply("reduce", inner, st.just({"merge": [var("accumulator"), var("current"), [1]]}), leaves)
    of_records = [apply("map", st.sampled_from(scope.records), numbers(depth - 1, RECORD))] if scope.records else []
    return st.one_of(leaves, kept, mapped, merged, gathered, choice(depth, scope, lists), *of_records)


def missing(scope):
    names = st.lists(st.sampled_from(scope.names), max_size=3)
    return st.one_of(names.map(lambda some: {"missing": some}), apply("missing_some", st.integers(0, 2), names))


def conditions(depth, scope):
    number, text = numbers(depth - 1, scope), texts(depth - 1, scope)
    order = st.sampled_from(["<", "<=", ">", ">=", "==", "!=", "===", "!=="])
    compared = order.flatmap(lambda name: apply(name, number, number))
    leaves = st.one_of(compared, st.booleans(), missing(scope))
    if depth <= 0:
        return leaves
    inner = conditions(depth - 1, scope)
    quantified = st.sampled_from(["all", "none", "some"]).flatmap(
        lambda name: st.one_of(
            apply(name, lists(depth - 1, scope), conditions(depth - 1, ELEMENT)),
            *([apply(name, st.sampled_from(scope.records), conditions(depth - 1, RECORD))] if scope.records else []),
        )
    )
    return st.one_of(
        leaves,
        st.sampled_from(["and", "or"]).flatmap(lambda name: any_of(name, inner, least=1)),
        apply("!", inner),
        quantified,
        apply("in", number, lists(depth - 1, scope)),
        apply("in", text, text),
        apply("in", text, st.lists(TEXTS, max_size=3)),
        apply("===", text, text),
        apply("===", lists(depth - 1, scope), lists(depth - 1, scope)),
        apply("!!", lists(depth - 1, scope)),
    )


def _same(tree, data):
    said = ENGINE.eval(json.dumps(tree), json.dumps(data))
    assert _exactly(compile_plain(tree)(data)) == _exactly(said)
    assert _exactly(trace_plain(tree)(data, [])) == _exactly(said)


def _exactly(value):
    if isinstance(value, list):
        return [_exactly(part) for part in value]
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__, value


@settings(max_examples=300, deadline=None)
@given(conditions(3, TOP), DATA)
def test_conditions(tree, data):
    _same(tree, data)


@settings(max_examples=200, deadline=None)
@given(lists(3, TOP), DATA)
def test_lists(tree, data):
    _same(tree, data)


@settings(max_examples=200, deadline=None)
@given(st.one_of(numbers(3, TOP), texts(3, TOP), missing(TOP)), DATA)
def test_numbers_texts_and_names(tree, data):
    _same(tree, data)
