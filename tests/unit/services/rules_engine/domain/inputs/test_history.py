"""History: what a plain list of samples tells of the value before, of silence and of a stuck sensor; and the clock."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules_engine.domain.inputs.history import (
    MISSING,
    QUALITIES,
    STALE,
    Absent,
    Age,
    Before,
    Last,
    QualityOf,
    Unchanged,
)
from services.rules_engine.domain.inputs.latest import Latest
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.spans import Span, moment_of, parse_span
from services.rules_engine.domain.terms import BOOLEAN, NUMBER
from shared.model.observations import Quality
from tests.unit.services.rules_engine.domain.inputs.scenes import (
    AUTUMN,
    BEGINNINGS,
    DAY_SPANS,
    MINUTE,
    SPANS,
    SPRING,
    WINTER,
    at,
    keeps_the_law_of_the_clock,
    plain,
    reached,
    regular,
    samples,
    scene_of,
    series_of,
)

VALUES = st.sampled_from([0.0, 1.0, 1.0, 1.0, 2.5])
ROWS = st.one_of(samples(VALUES), regular(VALUES))
AHEAD = st.integers(0, 300)
CUT = st.one_of(st.none(), st.integers(0, 2000))
SETTINGS = settings(max_examples=200, deadline=None)
STALE_AFTER = 45 * MINUTE
GOOD = Quality.GOOD


def seen(rows, beginning, ahead, back=None):
    """The scene, and the plain samples that it shows with its moment; ``back``: as it was so many minutes ago."""
    minute = (rows[-1][0] if rows else 0) + ahead
    cut = None if back is None else minute - back
    now = at(beginning, minute if cut is None else cut)
    return scene_of(rows, beginning, minute, cut=cut), [row for row in plain(rows, beginning) if row[0] <= now], now


def newest(rows, now):
    """The newest value, if it is good and not stale."""
    return rows[-1][1] if rows and rows[-1][2] and rows[-1][0] >= now - STALE_AFTER else None


@SETTINGS
@given(ROWS, BEGINNINGS, AHEAD, CUT)
def test_the_newest_value_counts_while_it_is_good_and_fresh(rows, beginning, ahead, back):
    scene, known, now = seen(rows, beginning, ahead, back)
    assert Latest("level", NUMBER).read(scene) == newest(known, now)


@SETTINGS
@given(ROWS, BEGINNINGS, AHEAD, CUT)
def test_the_value_before_is_that_of_the_sample_before_and_both_must_count(rows, beginning, ahead, back):
    scene, known, now = seen(rows, beginning, ahead, back)
    value = newest(known, now)
    before = known[-2][1] if len(known) > 1 and known[-2][2] and value is not None else None
    assert Before("level", NUMBER).read(scene) == before
    assert Before("level", NUMBER, "change").read(scene) == (None if before is None else value - before)
    assert Before("level", BOOLEAN, "changed").read(scene) == (None if before is None else value != before)


@SETTINGS
@given(samples(VALUES, most=60), BEGINNINGS, AHEAD, CUT)
def test_the_last_value_is_the_newest_good_one_of_the_last_sixteen(rows, beginning, ahead, back):
    scene, known, _ = seen(rows, beginning, ahead, back)
    assert Last("level", NUMBER).read(scene) == next((value for _, value, good in known[:-17:-1] if good), None)


def test_the_last_value_is_the_same_however_much_other_rules_have_kept():
    rows = [(0, 7.0, GOOD), *((minute, 0.0, Quality.SUSPECT) for minute in range(1, 17))]
    read = Last("level", NUMBER)
    assert read.read(scene_of(rows, WINTER, 16)) is None
    assert read.read(scene_of(rows[:-1], WINTER, 15)) == 7.0
    kept = series_of(rows[:-1], WINTER)
    kept.keep(timedelta(), read.needs["level"].samples)
    assert len(kept) == 16


@SETTINGS
@given(ROWS, BEGINNINGS, AHEAD, CUT)
def test_age_and_quality_are_those_of_the_newest_observation_whatever_it_is_worth(rows, beginning, ahead, back):
    scene, known, now = seen(rows, beginning, ahead, back)
    words = dict(zip((at(beginning, row[0]) for row in rows), (row[2].value for row in rows), strict=True))
    age = (now - known[-1][0]) / 1e6 if known else None
    assert Age("level", NUMBER).read(scene) == age
    fresh = known and known[-1][0] >= now - STALE_AFTER
    assert QualityOf("level").read(scene) == (words[known[-1][0]] if fresh else STALE if known else MISSING)


def test_every_quality_has_its_word():
    words = [QualityOf("level").read(scene_of([(0, 1.0, quality)], WINTER, 1)) for quality in Quality]
    assert [*words, STALE, MISSING] == list(QUALITIES)


@SETTINGS
@given(SPANS, ROWS, BEGINNINGS, AHEAD, CUT)
def test_what_is_unchanged_was_good_and_the_same_when_the_while_began_and_since(span, rows, beginning, ahead, back):
    scene, known, now = seen(rows, beginning, ahead, back)
    value = newest(known, now)
    expected = None
    if value is not None:
        start = span.before(known[-1][0], scene.zone)
        first = max((index for index, row in enumerate(known) if row[0] <= start), default=None)
        others = [row for row in known[first or 0 :] if row[2] and row[1] != value]
        expected = False if others else True if first is not None and known[first][2] else None
    assert Unchanged("level", span).read(scene) is expected


@pytest.mark.parametrize(
    ("rows", "unchanged"),
    [
        pytest.param([(0, 5, GOOD), (30, 5, GOOD), (60, 5, GOOD)], True, id="one value all the while"),
        pytest.param([(0, 5, GOOD), (30, 6, GOOD), (60, 5, GOOD)], False, id="another one in between"),
        pytest.param([(1, 5, GOOD), (30, 5, GOOD), (60, 5, GOOD)], None, id="not known for so long"),
        pytest.param([(0, 6, GOOD), (1, 5, GOOD), (60, 5, GOOD)], False, id="another one when the while began"),
        pytest.param([(0, 5, Quality.SUSPECT), (30, 5, GOOD), (60, 5, GOOD)], None, id="distrusted when it began"),
        pytest.param([(0, 5, GOOD), (30, 9, Quality.SUSPECT), (60, 5, GOOD)], True, id="distrusted in between"),
        pytest.param([(0, 5, GOOD), (60, 5, Quality.SUSPECT)], None, id="distrusted now"),
    ],
)
def test_unchanged_for_an_hour(rows, unchanged):
    assert Unchanged("level", parse_span("1 h")).read(scene_of(rows, WINTER, 60)) is unchanged


@pytest.mark.parametrize(("beginning", "hours"), [(WINTER, 24), (SPRING, 23), (AUTUMN, 25)])
def test_unchanged_for_a_day_is_known_from_what_is_kept_for_it_when_clocks_are_changed(beginning, hours):
    """The day ends at noon UTC and has its own length; what it needs is not forgotten."""
    read, kept = Unchanged("level", Span(days=1)), Series()
    for sample in series_of([(15 * index, 5.0, GOOD) for index in range(hours * 4 + 1)], beginning):
        kept.add(sample)
        kept.keep(read.needs["level"].span, read.needs["level"].samples)
    scene = scene_of([], beginning, hours * 60)
    scene.series = {"level": kept}
    assert read.read(scene) is True
    scene.series = {"level": series_of([(15 * index, 5.0, GOOD) for index in range(1, hours * 4 + 1)], beginning)}
    assert read.read(scene) is None


class TestSilence:
    """Nothing observed for a while: the properties together, any quality counts, and a point that never spoke."""

    @SETTINGS
    @given(SPANS, ROWS, BEGINNINGS, st.integers(0, 4000), CUT)
    def test_a_point_is_silent_when_its_newest_observation_lies_so_far_back(self, span, rows, beginning, ahead, back):
        scene, known, now = seen(rows, beginning, ahead, back)
        heard = known[-1][0] if known else None
        expected = heard is None or span.before(now, scene.zone) >= heard
        assert Absent(("level",), span).read(scene) is expected

    @pytest.mark.parametrize(("since", "silent"), [(0, True), (1, False), (None, True)])
    def test_one_that_never_spoke_is_silent_since_the_rule_watches(self, since, silent):
        watched = None if since is None else moment_of(at(WINTER, since))
        assert Absent(("level",), parse_span("1 h")).read(scene_of([], WINTER, 60, since=watched)) is silent

    def test_one_property_is_enough_to_be_heard(self):
        scene = scene_of([(0, 1.0, GOOD)], WINTER, 90)
        scene.series = {**scene.series, "flow": series_of([(45, 1.0, Quality.SUSPECT)], WINTER)}
        assert Absent(("level",), parse_span("1 h")).read(scene) is True
        assert Absent(("level", "flow"), parse_span("1 h")).read(scene) is False

    @pytest.mark.parametrize(("beginning", "hours"), [(WINTER, 48), (SPRING, 47), (AUTUMN, 49)])
    def test_two_days_of_silence_are_over_when_the_clocks_say_so_and_that_moment_is_told(self, beginning, hours):
        scene = scene_of([(0, 1.0, GOOD)], beginning, 30)
        read = Absent(("level",), Span(days=2))
        (moment,) = read.moments(scene)
        assert moment == at(beginning, hours * 60)
        assert [read.read(scene.at_moment(moment_of(moment + shift))) for shift in (-1, 0)] == [False, True]

    def test_a_period_that_ended_before_it_spoke_again_was_silent(self):
        rows = [(0, 1.0, GOOD), (100, 1.0, GOOD)]
        silence = Absent(("level",), parse_span("1 h"))
        assert silence.read(scene_of(rows, WINTER, 110, cut=90)) is True
        assert silence.read(scene_of(rows, WINTER, 110, cut=100)) is False


@SETTINGS
@given(SPANS, ROWS, BEGINNINGS, st.integers(0, 4000), st.integers(0, 3000))
def test_the_clock_changes_no_history_unforeseen(span, rows, beginning, ahead, watched):
    minute = (rows[-1][0] if rows else 0) + ahead
    scene = scene_of(rows, beginning, minute, since=moment_of(at(beginning, min(watched, minute))))
    doubtful = [*reached(scene, span), span.after(at(beginning, min(watched, minute)), scene.zone)]
    for read in (
        Latest("level", NUMBER), Before("level", NUMBER), Before("level", BOOLEAN, "changed"), Last("level", NUMBER),
        Absent(("level",), span), Absent(("level", "flow"), span), Unchanged("level", span), QualityOf("level"),
    ):  # fmt: skip
        keeps_the_law_of_the_clock(read, scene, doubtful)


@SETTINGS
@given(st.sampled_from([0.0, 59.5, 600.0, 2700.0]), ROWS, BEGINNINGS, st.integers(0, 300))
def test_the_clock_changes_no_comparison_with_an_age_unforeseen(mark, rows, beginning, ahead):
    scene = scene_of(rows, beginning, (rows[-1][0] if rows else 0) + ahead)
    read = Age("level", NUMBER, (mark,))
    for compared in (_Compared(read, lambda age: age >= mark), _Compared(read, lambda age: age > mark)):
        keeps_the_law_of_the_clock(compared, scene, [time + int(mark * 1e6) for time in scene.series["level"].times])


@pytest.mark.parametrize(("since", "minutes"), [(None, 60), (0, 60), (20, 40), (60, 0)])
def test_the_age_of_what_was_observed_before_the_rule_watched_counts_from_then(since, minutes):
    watched = None if since is None else moment_of(at(WINTER, since))
    scene = scene_of([(0, 1.0, GOOD)], WINTER, 60, since=watched)
    assert Age("level", NUMBER).read(scene) == minutes * 60
    assert Age("level", NUMBER).read(scene_of([], WINTER, 60, since=watched)) is None


def test_an_age_that_is_reckoned_with_is_looked_at_each_period():
    scene = scene_of([(0, 1.0, GOOD)], WINTER, 20)
    assert list(Age("level", NUMBER).moments(scene)) == [at(WINTER, 35)]


class _Compared:
    """An age beside a number, as a condition has it."""

    def __init__(self, read, holds):
        self.moments, self._read, self._holds = read.moments, read, holds

    def read(self, scene):
        age = self._read.read(scene)
        return None if age is None else self._holds(age)


@pytest.mark.parametrize("span", [parse_span("30 min"), parse_span("2 d")])
def test_no_history_needs_more_than_it_says(span):
    """What is dropped by its needs changes nothing that it reads."""
    rows = [(7 * index, float(index % 3 == 0), GOOD) for index in range(900)]
    for read in (Before("level", NUMBER), Last("level", NUMBER), Unchanged("level", span), Latest("level", NUMBER)):
        kept = Series()
        for sample in series_of(rows, AUTUMN):
            kept.add(sample)
            kept.keep(read.needs["level"].span, read.needs["level"].samples)
        scene = scene_of(rows, AUTUMN, rows[-1][0])
        whole = read.read(scene)
        scene.series = {"level": kept}
        assert read.read(scene) == whole
        assert len(kept) < len(rows)


@SETTINGS
@given(DAY_SPANS, st.sets(st.integers(700, 860), min_size=1, max_size=4), st.sampled_from([SPRING, AUTUMN]))
def test_silence_of_days_is_foreseen_when_clocks_are_changed(span, minutes, beginning):
    rows = [(minute, 1.0, GOOD) for minute in sorted(minutes)]
    scene = scene_of(rows, beginning, rows[-1][0])
    keeps_the_law_of_the_clock(Absent(("level",), span), scene, reached(scene, span))
