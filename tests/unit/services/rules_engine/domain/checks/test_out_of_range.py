import pytest


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        pytest.param({"above": ["level", "180 m"]}, ["out-of-range"], id="centimetres-meant"),
        pytest.param({"above": ["level", 1800]}, ["out-of-range"], id="millimetres-meant"),
        pytest.param({"between": ["level", "-5 m", "3 m"]}, ["out-of-range"], id="one-bound"),
        pytest.param({"at_most": ["level", "15 m"]}, [], id="at-the-end-of-the-range"),
        pytest.param({"below": ["level", "-1 m"]}, [], id="negative-is-normal"),
    ],
)
def test_a_threshold_that_the_sensor_cannot_show(slugs, tree, found):
    assert slugs(tree) == found


def test_it_tells_the_range(compilation):
    (problem,) = compilation({"above": ["level", 1800]}).problems
    assert problem.message == "'level' goes from −2,00 m to 15,00 m; 1800,00 m is outside"
    assert problem.hint == "write the unit: 1800 ..."


def test_with_a_unit_it_asks_whether_that_is_right(compilation):
    (problem,) = compilation({"above": ["level", "180 m"]}).problems
    assert problem.hint == "is the unit right?"
