"""Which points are meant, as authors write it: read as it stands, or refused where it stands."""

import pytest

from services.rules_engine.domain.rule import Grouping, Place, Selector
from services.rules_engine.domain.selectors import read_group, read_selector
from shared import documents


def read(text, reader=read_selector):
    problems = []
    return reader(Place(documents.read(text, "rules/crue.yaml"), ()), problems), problems


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        pytest.param("{kind: water-level}", Selector("water-level"), id="a kind"),
        pytest.param(
            "{kind: k, area: a, site: s, group: g, points: [p, q], tags: [t]}",
            Selector("k", area="a", site="s", group="g", points=("p", "q"), tags=("t",)),
            id="all that narrows",
        ),
        pytest.param("{kind: k, points: p, tags: t}", Selector("k", points=("p",), tags=("t",)), id="one is a list"),
        pytest.param(
            "{kind: k, or: [{area: a}, {tags: [t]}], not: {site: s}, and: [{group: g}]}",
            Selector(
                "k", any_of=(Selector(None, area="a"), Selector(None, tags=("t",))),
                none_of=(Selector(None, site="s"),), all_of=(Selector(None, group="g"),),
            ),
            id="choices within",
        ),
        pytest.param(
            "{kind: k, not: {or: [{area: a}, {area: b}]}}",
            Selector("k", none_of=(Selector(None, any_of=(Selector(None, area="a"), Selector(None, area="b"))),)),
            id="choices within choices",
        ),
    ],
)  # fmt: skip
def test_a_selector_is_read_as_it_is_written(text, selector):
    assert read(text) == (selector, [])


@pytest.mark.parametrize(("text", "grouping"), [("{kind: k}", Grouping.ALL), ("{kind: k, by: site}", Grouping.SITE)])
def test_a_group_is_all_of_them_unless_it_says_how_they_are_divided(text, grouping):
    assert read(text, read_group) == ((Selector("k"), grouping), [])


@pytest.mark.parametrize(
    ("text", "slug", "column", "hint"),
    [
        pytest.param("{area: a}", "missing-property", 1, None, id="no kind"),
        pytest.param("water-level", "shape", 1, None, id="no mapping"),
        pytest.param("{kind: k, zone: a}", "unknown-property", 11, "it may have", id="a word that nothing means"),
        pytest.param("{kind: k, by: area}", "unknown-property", 11, "it may have", id="dividing what is not divided"),
        pytest.param("{kind: 7}", "shape", 8, 'write it in quotes: "7"', id="a number for a kind"),
        pytest.param("{kind: k, points: []}", "shape", 19, "leave it out", id="no points, which are not all of them"),
        pytest.param("{kind: k, tags: []}", "shape", 17, "leave it out", id="no tags"),
        pytest.param("{kind: k, points: [p, 1]}", "shape", 23, 'quotes: "1"', id="a number among the points"),
        pytest.param("{kind: k, or: []}", "shape", 15, "or: [{area", id="no choice to choose from"),
        pytest.param("{kind: k, or: a}", "shape", 15, "or: [{area", id="a choice that is a word"),
        pytest.param("{kind: k, not: {}}", "shape", 16, "tags", id="all of them excluded"),
        pytest.param("{kind: k, or: [{area: a}, {}]}", "shape", 27, "tags", id="one choice is everything"),
        pytest.param("{kind: k, not: {kind: j}}", "unknown-property", 17, "it may have", id="another kind within"),
        pytest.param("{kind: k, not: [x]}", "shape", 17, None, id="a word among the choices"),
    ],
)
def test_a_fault_is_told_where_it_stands(text, slug, column, hint):
    _, (problem,) = read(text)
    assert (problem.slug, problem.span.line, problem.span.column) == (slug, 1, column)
    assert hint is None or hint in (problem.hint or "")


def test_a_group_is_divided_by_nothing_else():
    _, (problem,) = read("{kind: k, by: street}", read_group)
    assert (problem.slug, problem.span.column) == ("shape", 15)
    assert "all, area, site, group" in problem.message


def test_all_faults_are_told_at_once():
    _, problems = read("{points: [], or: a, zone: b}")
    assert sorted(problem.slug for problem in problems) == ["missing-property", "shape", "shape", "unknown-property"]
