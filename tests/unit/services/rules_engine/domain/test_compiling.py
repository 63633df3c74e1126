import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain import compiling
from services.rules_engine.domain.compiling import compile_condition, read_condition
from services.rules_engine.domain.decision import thresholds
from services.rules_engine.domain.operators import NAMES
from shared import documents


def test_an_authors_text_never_becomes_source(compilation):
    evil = "__import__('os').abort()"
    found = compilation({"==": [{"var": evil}, evil]})
    assert found.compiled is None
    assert "unknown-property" in [problem.slug for problem in found.problems]


def test_generated_code_reaches_no_builtin_but_two(compiled):
    names = compiled({"above": ["level", 2]}).decide.__globals__
    assert set(names["__builtins__"]) == {"min", "max"}


def test_a_trace_shows_every_comparison_with_its_values_and_truth(compiled):
    condition = compiled({"or": [{">": [{"var": "level"}, "200 cm"]}, {"<": [{"var": "flow"}, 5]}]})
    trace = condition.trace([2.5, None])
    assert trace.truth is True
    assert [(each.call.written, each.values, each.truth) for each in trace.compared] == [
        (">", (2.5, 2.0), True),
        ("<", (None, 5.0), None),
    ]


def test_thresholds_are_in_the_unit_of_the_property(compiled):
    condition = compiled({"and": [{">": [{"var": "level"}, "150 cm"]}, {"between": ["flow", 5, 7]}]})
    found = [(each.property, each.value, each.unit) for each in thresholds(condition.term)]
    assert found == [("level", 1.5, "m"), ("flow", 5.0, "m3/s"), ("flow", 7.0, "m3/s")]


def test_all_problems_come_at_once_each_with_its_place(words):
    text = "and:\n  - {above: [levl, 2]}\n  - {above: [level, 3 Cel]}\n  - {above: [level, 99 m]}\n"
    found = compile_condition(documents.read(text, "f.yaml"), (), words)
    assert [(p.slug, p.span.line, p.span.column) for p in found.problems] == [
        ("unknown-property", 2, 14),
        ("unit-mismatch", 3, 21),
        ("out-of-range", 4, 21),
    ]


def test_a_warning_does_not_keep_a_condition_from_compiling(compiled):
    assert compiled({"above": ["level", 2]}).decide([3.0]) is True


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 5), st.floats(), st.text(max_size=3), st.just(10**400),
    st.sampled_from(["level", "1.8 m", "3 Cel", "2 apples", {"var": "level"}, {}, {"var": []}, {"var": {"var": 1}}]),
)  # fmt: skip
KEYS = st.one_of(st.sampled_from(NAMES), st.text(max_size=2))
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.dictionaries(KEYS, st.one_of(inner, st.lists(inner, max_size=4)), max_size=2), st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(TREES, st.sampled_from([None, 0.0, 1.5, float("nan"), float("inf"), -1e308]))
def test_no_tree_whatever_it_is_gives_a_traceback(words, tree, level):
    found = compile_condition(documents.Document("f.yaml", tree, {}, {}), (), words)
    assert (found.compiled is None) == any(problem.severity == "error" for problem in found.problems)
    if found.compiled is not None:
        row = [level] * len(found.compiled.inputs)
        assert found.compiled.decide(row) in (True, False, None)
        assert found.compiled.trace(row).truth is found.compiled.decide(row)


@pytest.mark.parametrize("tree", [True, 1, "text", None], ids=json.dumps)
def test_a_plain_value_is_a_condition_in_json_logic(compilation, tree):
    assert compilation(tree).problems == ()


def test_operators_as_deep_as_the_limit_allows_compile_and_decide(compiled):
    tree = {">": [{"var": "level"}, 1]}
    for _ in range(11):
        tree = {"if": [{"and": [tree, True]}, True, False]}
    assert compiled(tree).decide([2.0]) is True
    assert compiled(tree).decide([None]) is None


UNCHECKED = [{}, {"nope": [1]}, {"var": {"nope": 1}}, {"and": [{}]}, {">": {"": {}}}]


def read(tree, words):
    """The problems of a tree that went round the checks of its shape."""
    problems = []
    read_condition(documents.Document("f.yaml", tree, {}, {}), (), words, problems)
    return [(problem.slug, problem.file) for problem in problems]


@pytest.mark.parametrize("tree", UNCHECKED, ids=json.dumps)
def test_what_the_library_raises_becomes_a_problem(words, tree):
    assert read(tree, words) == [("shape", "f.yaml")]


def test_a_tree_too_deep_to_go_through_becomes_a_problem(words):
    tree = True
    for _ in range(5000):
        tree = {"!": tree}
    assert read(tree, words) == [("shape", "f.yaml")]


def test_one_module_knows_the_library():
    domain = Path(compiling.__file__).parent
    imports = re.compile(r"^\s*(from|import) jsonlogic", re.MULTILINE)
    assert [path.stem for path in domain.rglob("*.py") if imports.search(path.read_text("utf-8"))] == ["compiling"]
