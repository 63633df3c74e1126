"""History as it is written: what each reads, and what is refused, where it stands and with a way out."""

from datetime import timedelta

import pytest

from services.rules_engine.domain.inputs.history import Absent, Age, Before, Last, QualityOf, Unchanged
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.terms import BOOLEAN, Sort, Type

METRES = Type(Sort.NUMBER, "m")
SECONDS = Type(Sort.NUMBER, "s")
ALL = ("level", "flow", "warmth", "passages")
HALF_HOUR = Span(timedelta(minutes=30))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{above: [{previous: level}, 2]}", Before("level", METRES)),
        ("{above: [{previous: [level]}, 2]}", Before("level", METRES)),
        ("{above: [{change: level}, 2]}", Before("level", Type(Sort.NUMBER, "m", difference=True), "change")),
        ("{changed: level}", Before("level", BOOLEAN, "changed")),
        ("{above: [{last: {var: level}}, 2]}", Last("level", METRES)),
        ("{absent_for: [level, 30 min]}", Absent(("level",), HALF_HOUR)),
        ("{absent_for: 30 min}", Absent(ALL, HALF_HOUR, whole=True)),
        ("{absent_for: [2 d]}", Absent(ALL, Span(days=2), whole=True)),
        ("{unchanged_for: [level, 28 d]}", Unchanged("level", Span(days=28))),
        ("{equals: [{quality: level}, good]}", QualityOf("level")),
    ],
)
def test_what_is_written_is_read(read_of, written, read):
    assert read_of(written) == [read]


@pytest.mark.parametrize(
    ("written", "marks"),
    [
        pytest.param("{above: [{age: level}, 30 min]}", [(1800.0,)], id="its unit is seconds"),
        pytest.param("{at_least: [90, {age: level}]}", [(90.0,)], id="from the other side"),
        pytest.param("{between: [{age: level}, 10 min, 1 h]}", [(600.0, 3600.0)], id="two marks"),
        pytest.param("{above: [{age: level}, {age: flow}]}", [(), ()], id="against another age"),
        pytest.param('{above: [{"*": [{age: level}, 2]}, 1 h]}', [()], id="reckoned with"),
    ],
)
def test_an_age_knows_with_what_it_is_compared(read_of, written, marks):
    ages = [each for each in read_of(written) if isinstance(each, Age)]
    assert [each.marks for each in ages] == marks
    assert {each.type for each in ages} == {SECONDS}


@pytest.mark.parametrize(
    ("written", "at", "slug", "hint"),
    [
        ("{above: [{previous: [level, flow]}, 2]}", "[level", "shape", "previous: level"),
        ("{above: [{previous: {}}, 2]}", "{}", "shape", "this kind has: level"),
        ("{above: [{age: 3}, 2]}", "3", "shape", "this kind has: level"),
        ("{above: [{last: nothing}, 2]}", "nothing", "unknown-property", "this kind has: level"),
        ("{above: [{change: [[level]]}, 2]}", "[level]", "shape", "this kind has: level"),
        ("{changed: []}", "[]", "shape", "changed: tilted"),
        ("{absent_for: level}", "level", "shape", "10 min, 4 h"),
        ("{absent_for: 30}", "30", "shape", "15 min"),
        ("{absent_for: [level, 30]}", "30", "shape", "15 min"),
        ("{absent_for: [30 min, level]}", "30 min", "unknown-property", "this kind has: level"),
        ("{absent_for: [level, 30 min, 2]}", "[level", "shape", "absent_for: [laeq, 30 min]"),
        ("{absent_for: {level: 30 min}}", "{level", "shape", "15 min"),
        ("{unchanged_for: level}", "level", "shape", "unchanged_for: [fill, 28 d]"),
        ("{equals: [{quality: ph}, good]}", "ph", "unknown-property", "this kind has: level"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands_with_a_way_out(fault, written, at, slug, hint):
    problem = fault(written)
    assert (problem.slug, problem.severity) == (slug, "error")
    assert problem.text.startswith(at)
    assert hint in (problem.hint or "")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("{absent_for: 1 h}", "how_many: {where: {absent_for: 1 h}}"),
        ("{absent_for: [level, 1 h]}", "how_many: {where: {absent_for: ...}}"),
        ("{changed: level}", "how_many: {where: {changed: ...}}"),
        ("{above: [{age: level}, 1 h]}", "max_of: {value: {age: ...}}"),
    ],
)
def test_a_group_has_no_history_of_its_own(fault, written, hint):
    """``absent_for: 1 h`` in a group rule read nothing at all, so that the group was always silent."""
    assert hint in fault(written, grouped=True).hint
