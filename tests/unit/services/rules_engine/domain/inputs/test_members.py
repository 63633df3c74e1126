"""Other points: what surely holds and what may, near and far; and when the clock changes what is asked of them."""

import functools
import math
import operator
import statistics
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.compiling import compile_term, read_condition
from services.rules_engine.domain.inputs.members import distance
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.sample import Sample
from services.rules_engine.domain.surroundings import Surroundings
from services.rules_engine.domain.vocabulary import Vocabulary
from shared import documents
from shared.model.registry import Area, Inventory, Kind, Property, Text
from tests.unit.services.rules_engine.domain.conftest import KIND, POINT, START, rule_text
from tests.unit.services.rules_engine.domain.inputs.scenes import keeps_the_law_of_the_clock

SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
MINUTE = 60_000_000
METRE = 1 / 111_194.93  # degrees of a meridian
HOLDS = {True: 3.0, False: 1.0, None: None}
LEVELS = st.lists(st.sampled_from([3.0, 1.0, None]), min_size=1, max_size=6)
ORDERS = {
    "above": operator.gt, "at_least": operator.ge, "below": operator.lt, "at_most": operator.le,
    "equals": operator.eq, "!=": operator.ne, "===": operator.eq, "!==": operator.ne,
}  # fmt: skip
NOISE = Kind(
    id="noise", title=Text("Bruit", "Noise"), period_s=900, max_delay_s=900, stale_after_s=2700,
    properties={
        "laeq": Property(
            title=Text("L", "L"), unit="dB", minimum=0, maximum=140, accuracy=0.1, aggregation="energy-mean"
        )
    },
)  # fmt: skip


def points(count, spacing=100.0, kind="water-level"):
    """So many points in a row to the north, so many metres apart."""
    return tuple(
        structs.replace(POINT, id=f"p{index}", kind=kind, latitude=43.0 + index * spacing * METRE, areas=("berges",))
        for index in range(count)
    )


def inventory(*some):
    return Inventory(kinds=(KIND, NOISE), areas=(Area(id="berges", title=Text("B", "B"), geometry={}),), points=some)


@functools.cache
def city(count, kind, spacing, *, across):
    """The book of one rule over so many points; which rule doesn't matter."""
    watched = {"across": f"{{kind: {kind}, by: area}}"} if across else {"for_each": f"{{kind: {kind}}}"}
    text = rule_text(**{"for_each": None, **watched}, when="{at_least: [{how_many: {absent_for: 1 h}}, 1]}")
    return book_of(
        load(text.replace(" : {level}", ""), "rules/crue.yaml").rules, inventory(*points(count, spacing, kind))
    )


@pytest.fixture
def asked():
    """A condition in a city of points, each with what was seen of its properties (None: nothing), and the clock.

    The condition is read without the checks that a rule has to pass: some of them are always true.
    """

    def _asked(condition, values, *, across=True, spacing=100.0, kind="water-level"):
        book = city(len(values), kind, spacing, across=across)
        (rule,) = book.rules.values()
        around = Surroundings(book, lambda key: False)
        for index, seen in enumerate(values):
            for name, value in (seen if isinstance(seen, dict) else {"level": seen}).items():
                if value is not None:
                    around.add(f"p{index}", name, Sample(value, START))
        about = book.subject(rule.rule.id, "area:berges" if across else "p0")
        known = Vocabulary(book.kinds[kind], book.kinds, rule.rule.for_each, grouped=across)
        problems = []
        term = read_condition(documents.read(condition, "rules/crue.yaml"), (), known, problems)
        assert not problems, problems
        return compile_term(term, known.types), around.scene(rule, about, START, START)

    return _asked


@pytest.fixture
def truth(asked):
    def _truth(condition, values, **more):
        when, scene = asked(condition, values, **more)
        return when.decide_in(scene)

    return _truth


def outcomes(levels, compare):
    """What a comparison of the count comes to, for everything that the unknown ones may be."""
    unknown = levels.count(None)
    surely = levels.count(3.0)
    return {compare(surely + sum(held)) for held in product((0, 1), repeat=unknown)}


def known(found):
    """The one outcome; None where there are several."""
    return found.pop() if len(found) == 1 else None


@SETTINGS
@given(st.sampled_from(sorted(ORDERS)), LEVELS, st.integers(0, 7), st.booleans())
def test_a_count_is_unknown_where_what_the_unknown_ones_hold_decides(truth, order, levels, number, first):
    count = "{how_many: {above: [level, 2 m]}}"
    sides = f"[{count}, {number}]" if first else f"[{number}, {count}]"
    compare = ORDERS[order]
    expected = outcomes(levels, lambda found: compare(found, number) if first else compare(number, found))
    assert truth(f'{{"{order}": {sides}}}', levels) is known(expected)


@SETTINGS
@given(st.sampled_from(["between", "<", "<=", ">", ">="]), LEVELS, st.integers(0, 5), st.integers(1, 4))
def test_a_count_between_two_numbers_is_unknown_where_it_may_be_within(truth, name, levels, low, width):
    high = low + width
    count = "{how_many: {above: [level, 2 m]}}"
    written = {
        "between": f"[{count}, {low}, {high}]",
        "<": f"[{low}, {count}, {high}]",
        "<=": f"[{low}, {count}, {high}]",
    }
    inside = {"between": lambda n: low <= n <= high, "<=": lambda n: low <= n <= high, "<": lambda n: low < n < high}
    inside |= {">": inside["<"], ">=": inside["<="]}
    sides = written.get(name, f"[{high}, {count}, {low}]")
    found = truth(f'{{"{name}": {sides}}}', levels)
    expected = outcomes(levels, inside[name])
    # Strictly between two neighbours lies no number; that isn't seen, and no harm.
    assert found is known(set(expected)) or (found is None and name in "<>" and width == 1)
    assert found is None or expected == {found}


@SETTINGS
@given(st.sampled_from(sorted(ORDERS)), LEVELS, st.lists(st.sampled_from([3.0, 1.0, None]), min_size=6, max_size=6))
def test_two_counts_are_compared_as_far_apart_as_they_may_be(truth, order, levels, flows):
    flows = flows[: len(levels)]
    values = [{"level": level, "flow": flow} for level, flow in zip(levels, flows, strict=True)]
    condition = f'{{"{order}": [{{how_many: {{above: [level, 2 m]}}}}, {{how_many: {{above: [flow, 2]}}}}]}}'
    compare = ORDERS[order]
    expected = {
        found
        for flow in range(flows.count(3.0), len(flows) - flows.count(1.0) + 1)
        for found in outcomes(levels, lambda count, flow=flow: compare(count, flow))
    }
    assert truth(condition, values) is known(expected)


@SETTINGS
@given(st.sampled_from(sorted(ORDERS)), LEVELS, st.data())
def test_a_share_is_unknown_where_what_the_unknown_ones_hold_decides(truth, order, levels, data):
    share = 100.0 * data.draw(st.integers(0, len(levels)), "of them") / len(levels)
    compare = ORDERS[order]
    expected = outcomes(levels, lambda found: compare(100.0 * found / len(levels), share))
    condition = f'{{"{order}": [{{share_of: {{above: [level, 2 m]}}}}, {share!r} %]}}'
    assert truth(condition, levels) is known(expected)


@pytest.mark.parametrize(
    ("condition", "levels", "expected"),
    [
        pytest.param("{how_many: {above: [level, 2 m]}}", [3, None], None, id="one surely does, two may"),
        pytest.param("{how_many: {above: [level, 2 m]}}", [3, 1], True, id="one does"),
        pytest.param("{how_many: {above: [level, 2 m]}}", [1, None], None, id="one may"),
        pytest.param("{how_many: {above: [level, 2 m]}}", [1, 1], False, id="none does"),
        pytest.param("{not: {how_many: {above: [level, 2 m]}}}", [1, None], None, id="the contrary of what may be"),
        pytest.param('{above: [{"+": [{how_many: {above: [level, 2 m]}}, 1]}, 2]}', [3, 3], True, id="reckoned with"),
        pytest.param('{above: [{"+": [{how_many: {above: [level, 2 m]}}, 1]}, 2]}', [3, None], None, id="and in doubt"),
        pytest.param("{share_of: {above: [level, 2 m]}}", [3, None], None, id="a share alone"),
    ],
)
def test_a_count_that_is_not_compared_is_known_where_there_is_no_doubt(truth, condition, levels, expected):
    assert truth(condition, levels) is expected


def test_no_point_at_all_is_none_and_no_share(truth):
    assert truth("{equals: [{how_many: {above: [level, 2 m]}}, 0]}", [1.0], across=False) is True
    assert truth("{at_least: [{share_of: {above: [level, 2 m]}}, 0 %]}", [1.0], across=False) is None


class TestNear:
    """Within so many metres: of the point; in a group, of one of its members."""

    @pytest.mark.parametrize(("metres", "count"), [(99, 0), (101, 1), (201, 2), (350, 3)])
    def test_neighbours_are_those_within_reach_and_not_the_point_itself(self, truth, metres, count):
        condition = f"{{equals: [{{how_many: {{where: {{above: [level, 2 m]}}, within: {metres} m}}}}, {count}]}}"
        assert truth(condition, [3.0] * 4, across=False) is True

    @SETTINGS
    @given(
        st.lists(st.sampled_from([3.0, 1.0, None]), min_size=1, max_size=7),
        st.integers(1, 5),
        st.sampled_from([150, 250]),
    )
    def test_in_a_group_it_is_the_most_that_lie_near_one_of_them(self, truth, levels, number, metres):
        reach = metres // 100
        crowds = set()
        for held in product((True, False), repeat=levels.count(None)):
            may = iter(held)
            chosen = [index for index, level in enumerate(levels) if (next(may) if level is None else level == 3.0)]
            most = max((sum(abs(one - other) <= reach for other in chosen) for one in chosen), default=0)
            crowds.add(most >= number)
        condition = f"{{at_least: [{{how_many: {{where: {{above: [level, 2 m]}}, within: {metres} m}}}}, {number}]}}"
        assert truth(condition, levels) is known(crowds)


@SETTINGS
@given(
    st.sampled_from(["sum", "avg", "min", "max", "median"]),
    st.lists(st.sampled_from([1.0, 2.0, 7.5, None]), min_size=1, max_size=7),
)
def test_values_together_are_known_where_half_of_them_are(truth, function, levels):
    seen = [level for level in levels if level is not None]
    value = {"sum": math.fsum, "avg": statistics.fmean, "min": min, "max": max, "median": statistics.median}
    expected = value[function](seen) if seen and 2 * len(seen) >= len(levels) else None
    condition = f"{{at_least: [{{{function}_of: {{value: level}}}}, {expected if expected is not None else 0} m]}}"
    assert truth(condition, levels) is (True if expected is not None else None)
    above = f"{{above: [{{{function}_of: {{value: level}}}}, {expected if expected is not None else 0} m]}}"
    assert truth(above, levels) is (False if expected is not None else None)


@pytest.mark.parametrize(
    ("value", "mean"),
    [
        pytest.param("laeq", 67.4, id="levels"),
        pytest.param("{max_over: [laeq, 1 h, 0 %]}", 67.4, id="windows of levels"),
        pytest.param("{change: laeq}", None, id="a change of a level is none"),
    ],
)
def test_levels_of_several_points_are_averaged_as_energy(truth, value, mean):
    seen = [{"laeq": 60.0}, {"laeq": 70.0}]
    for number, expected in ((mean, True), (mean and mean + 0.1, False)):
        condition = f"{{at_least: [{{avg_of: {{value: {value}}}}}, {number or 0} dB]}}"
        assert truth(condition, seen, kind="noise") is (expected if mean else None)


@pytest.mark.parametrize(
    ("first", "second", "kilometres"),
    [
        pytest.param((2.3522, 48.8566), (5.3698, 43.2965), 660.5, id="Paris and Marseille"),
        pytest.param((5.3698, 43.2965), (5.4474, 43.5297), 26.7, id="Marseille and Aix"),
        pytest.param((-0.1278, 51.5074), (2.3522, 48.8566), 343.6, id="London and Paris"),
        pytest.param((-73.9857, 40.7484), (139.6917, 35.6895), 10_850, id="New York and Tokyo"),
        pytest.param((0, 0), (0, 90), 10_007.6, id="a quarter of a meridian"),
        pytest.param((179.9, 0), (-179.9, 0), 22.24, id="across the line where days begin"),
    ],
)
def test_distances_between_cities_are_the_known_ones(first, second, kilometres):
    assert distance(first, second) / 1000 == pytest.approx(kilometres, rel=0.003)
    assert distance(first, second) == distance(second, first)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_no_place_is_farther_than_half_way_around_and_none_fails(east, north):
    opposite = (east - 180 if east > 0 else east + 180, -north)
    assert distance((east, north), (east, north)) == 0
    assert distance((east, north), opposite) == pytest.approx(math.pi * 6_371_008.8)


@SETTINGS
@given(
    st.sampled_from(
        [
            "{above: [{how_many: {above: [level, 2 m]}}, 1]}",
            "{above: [{share_of: {absent_for: [level, 50 min]}}, 30 %]}",
            "{at_least: [{max_of: {value: {max_over: [level, 1 h, 0 %]}}}, 2 m]}",
            "{equals: [{how_many: {at_least: [{age: level}, 20 min]}}, 2]}",
        ]
    ),
    st.lists(st.one_of(st.none(), st.tuples(st.sampled_from([1.0, 3.0]), st.integers(-60, 0))), min_size=2, max_size=5),
)
def test_the_clock_changes_no_question_to_several_unforeseen(asked, condition, seen):
    when, scene = asked(condition, [None] * len(seen))
    for index, sample in enumerate(seen):
        if sample is not None:
            scene.city.add(f"p{index}", "level", Sample(sample[0], START + timedelta(minutes=sample[1])))
    doubtful = [scene.now_stamp + minute * MINUTE for minute in (1, 10, 20, 45, 50, 60, 90, 200)]
    for read in when.inputs:
        keeps_the_law_of_the_clock(read, scene, doubtful)


def test_a_point_is_asked_once_however_often_its_census_is_told(asked):
    when, scene = asked("{and: [{above: [{how_many: {above: [level, 2 m]}}, 1]}]}", [3.0, 3.0, 1.0])
    censuses = {each.census for each in when.inputs}
    assert len(when.inputs) == 2
    assert len(censuses) == 1
    assert when.decide_in(scene) is True
    assert when.trace_in(scene).compared[0].values == (2.0, 1.0)
    assert len(when.trace_in(scene).compared) == 1
