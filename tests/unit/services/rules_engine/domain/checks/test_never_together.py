import pytest

BERGES = "{kind: water-level, points: [pont-neuf]}"
PORTET = "{kind: water-level, points: [portet]}"


@pytest.mark.parametrize(
    ("at", "found"),
    [("point", 1), ("area", 1), ("site", 1), ("anywhere", 0)],
    ids=["point", "area", "site", "anywhere"],
)
def test_rules_about_other_places_never_meet(beside, at, found):
    rules = ({"for_each": BERGES, "unless": f"{{rule: r1, at: {at}}}"}, {"for_each": PORTET})
    assert [problem.severity for problem in beside(*rules, slug="never-together")] == ["warning"] * found


def test_rules_that_share_a_point_meet(beside):
    rules = ({"for_each": BERGES, "unless": "r1"}, {})
    assert beside(*rules, slug="never-together") == []


def test_it_says_what_would_do(beside):
    (problem,) = beside({"for_each": BERGES, "unless": "r1"}, {"for_each": PORTET}, slug="never-together")
    assert problem.message == "'r0' and 'r1' have no point in common, so it never gives way"
    assert problem.hint == "say where the other fires: {rule: r1, at: area or site or anywhere}"
