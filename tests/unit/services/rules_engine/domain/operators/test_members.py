"""Questions to several points as they are written: whom they ask, and what is refused, where and with a way out."""

import pytest

from services.rules_engine.domain.inputs.members import Among, Counted, Together
from services.rules_engine.domain.rule import Selector
from services.rules_engine.domain.terms import NUMBER, Sort, Type

OWN = Selector("water-level")


@pytest.mark.parametrize(
    ("written", "among"),
    [
        pytest.param("{above: [level, 2]}", Among(OWN), id="the condition alone"),
        pytest.param("{where: {above: [level, 2]}}", Among(OWN), id="spelt out"),
        pytest.param("{where: {above: [level, 2]}, within: 500 m}", Among(OWN, within=500.0), id="near"),
        pytest.param("{where: {above: [level, 2]}, within: 50000 mm}", Among(OWN, within=50.0), id="in another unit"),
        pytest.param(
            "{of: {kind: water-level, area: berges}, where: {above: [level, 2]}}",
            Among(Selector("water-level", area="berges"), own=False), id="others",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("grouped", [True, False])
def test_those_are_asked_who_are_meant(read_of, written, among, grouped):
    """Of each census both ends are read."""
    found = read_of(f"{{above: [{{how_many: {written}}}, 2]}}", grouped=grouped)
    assert [(each.census.among, each.end, each.type) for each in found] == [
        (among, "least", NUMBER),
        (among, "most", NUMBER),
    ]
    assert found[0].census is found[1].census


def test_a_share_is_in_percent_and_a_value_in_its_own_unit(read_of):
    share = read_of("{above: [{share_of: {above: [level, 2]}}, 50 %]}")[0]
    assert isinstance(share, Counted)
    assert (share.share, share.type.unit) == (True, "%")
    (mean,) = read_of("{above: [{avg_of: {value: {delta_over: [level, 1 h]}}}, 2 m]}")
    assert isinstance(mean, Together)
    assert (mean.function, mean.type, mean.energy) == ("avg", Type(Sort.NUMBER, "m", difference=True), False)


@pytest.mark.parametrize(
    ("written", "at", "slug", "hint"),
    [
        ("how_many: {within: 500 m}", "{within", "shape", "how_many: {where: ...}"),
        ("how_many: {of: {kind: water-level}}", "{of", "shape", "how_many: {where: ...}"),
        ("how_many: {where: {above: [level, 2]}, within: 500}", "500", "shape", "within: 500 m"),
        ("how_many: {where: {above: [level, 2]}, within: 5 Cel}", "5 Cel", "shape", "within: 500 m"),
        ("how_many: {where: {above: [level, 2]}, within: -5 m}", "-5 m", "shape", "within: 500 m"),
        ("how_many: {where: {above: [level, 2]}, within: 0 m}", "0 m", "shape", "within: 500 m"),
        ("how_many: {where: {above: [level, 2]}, wihtin: 5 m}", "5 m", "unknown-property", "did you mean 'within'?"),
        ("how_many: {value: level}", "level", "unknown-property", "it may have: of, where, within"),
        ("how_many: {where: {above: [levle, 2]}}", "levle", "unknown-property", "did you mean 'level'?"),
        ("how_many: {}", "{}", "shape", "above: [level, 2 m]"),
        ("how_many: []", "[]", "shape", "and:"),
        ("how_many: {where: {above: [{how_many: {above: [level, 2]}}, 1]}}", "{above", "shape", "side by side"),
        ("max_of: {where: level}", "level", "unknown-property", "it may have: of, value, within"),
        ("max_of: {of: {kind: water-levle}, value: level}", "water-levle", "unknown-kind", "did you mean"),
        ("max_of: {of: {kind: zzz}, value: level}", "zzz", "unknown-kind", "there are: luminaire, water-level"),
        ("max_of: {of: {area: x}, value: level}", "{area", "missing-property", ""),
        ("max_of: {of: x, value: level}", "x", "shape", ""),
        ("max_of: {value: level, within: [1]}", "[1]", "shape", "within: 500 m"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands_with_a_way_out(fault, written, at, slug, hint):
    problem = fault(f"{{above: [{{{written}}}, 2]}}")
    assert (problem.slug, problem.severity) == (slug, "error")
    assert problem.text.startswith(at)
    assert hint in (problem.hint or "")


@pytest.mark.parametrize("of", ["", "of: {kind: water-level}, "])
def test_a_group_lies_nowhere_that_values_could_be_near_to(fault, of):
    problem = fault(f"{{above: [{{max_of: {{{of}value: level, within: 500 m}}}}, 2]}}", grouped=True)
    assert (problem.slug, problem.text) == ("shape", "500 m")
    assert "how_many" in problem.hint
