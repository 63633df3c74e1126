import pytest


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        pytest.param({"above": ["level", "180 m"]}, ["out-of-range"], id="centimetres-meant"),
        pytest.param({"above": ["level", 1800]}, ["out-of-range"], id="millimetres-meant"),
        pytest.param({"between": ["level", "-5 m", "3 m"]}, ["out-of-range"], id="one-bound"),
        pytest.param({"at_most": ["level", "15 m"]}, [], id="at-the-end-of-the-range"),
        pytest.param({"below": ["level", "-1 m"]}, [], id="negative-is-normal"),
        pytest.param({"above": [{"avg_over": ["level", "1 h"]}, 16]}, ["out-of-range"], id="mean"),
        pytest.param({"above": [{"percentile_over": ["level", 90, "1 h"]}, 16]}, ["out-of-range"], id="percentile"),
        pytest.param({"above": [{"sum_over": ["passages", "1 d"]}, 20000]}, [], id="a-sum-has-no-end"),
        pytest.param({"below": [{"sum_over": ["passages", "1 d"]}, -1]}, ["out-of-range"], id="negative-sum"),
        pytest.param({"below": [{"sum_over": ["level", "1 d"]}, -100]}, [], id="a-sum-of-negative-levels"),
        pytest.param({"above": [{"delta_over": ["level", "1 h"]}, 16]}, [], id="difference-within-twice-the-range"),
        pytest.param({"below": [{"delta_over": ["level", "1 h"]}, -18]}, ["out-of-range"], id="difference"),
        pytest.param({"above": [{"rate_over": ["level", "30 min"]}, "33 m/h"]}, [], id="rate"),
        pytest.param({"above": [{"rate_over": ["level", "30 min"]}, "35 m/h"]}, ["out-of-range"], id="steep-rate"),
        pytest.param({"above": [{"change": "warmth"}, "91 K"]}, ["out-of-range"], id="change-in-another-unit"),
        pytest.param({"above": [{"forecast": ["level", "1 d", "6 h"]}, 99]}, [], id="a-forecast-goes-beyond"),
        pytest.param(
            {"above": [{"share_of": {"where": {"above": ["level", 2]}}}, "120 %"]}, ["out-of-range"], id="share"
        ),
        pytest.param({"above": [{"max_of": {"value": "level"}}, "16 m"]}, ["out-of-range"], id="highest-of-points"),
        pytest.param({"above": [{"sum_of": {"value": "level"}}, "16 m"]}, [], id="sum-of-points"),
        pytest.param({"below": [{"age": "level"}, "-1 s"]}, ["out-of-range"], id="age"),
        pytest.param({"above": [{"+": [{"var": "level"}, {"var": "level"}]}, 31]}, ["out-of-range"], id="sum-of-two"),
        pytest.param({"above": [{"*": [{"var": "level"}, -2]}, 5]}, ["out-of-range"], id="product"),
        pytest.param({"above": [{"max": [{"var": "level"}, 20]}, 20.5]}, ["out-of-range"], id="largest"),
        pytest.param({"above": [{"/": [{"var": "level"}, 0.01]}, 99]}, [], id="a-quotient-is-not-told"),
        pytest.param(
            {"above": [{"baseline": [{"avg_over": ["level", "1 h"]}, "7 d", "28 d"]}, 16]}, ["out-of-range"], id="usual"
        ),
        pytest.param({"equals": [{"quality": "level"}, "sus"]}, ["out-of-range"], id="quality"),
        pytest.param({"equals": [{"quality": "level"}, "stale"]}, [], id="known-quality"),
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


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"below": [{"count_over": ["level", "1 h"]}, -1]}, "'count_over' is never below 0; −1 is outside"),
        ({"below": [{"age": "level"}, "-90 min"]}, "'age' is never below 0 s; -5400 s is outside"),
        ({"above": [{"+": [{"var": "level"}, 1]}, 99]}, "this goes from −1,00 m to 16,00 m; 99,00 m is outside"),
    ],
)
def test_it_names_what_was_worked_out(compilation, tree, message):
    assert compilation(tree).problems[0].message == message
