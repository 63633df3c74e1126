"""Windows as they are written: what each reads, and what is refused, where it stands and with a way out."""

from datetime import timedelta

import pytest
from msgspec import structs

from services.rules_engine.domain.compiling import read_condition
from services.rules_engine.domain.inputs.baseline import Baseline
from services.rules_engine.domain.inputs.windows import Aggregated, Difference, Forecast, Window
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.terms import COMPOUND, NUMBER, Sort, Type, readings
from services.rules_engine.domain.vocabulary import Vocabulary
from shared import documents
from tests.unit.services.rules_engine.domain.conftest import KIND, LEVEL

QUARTER, HOUR, DAY = Span(timedelta(minutes=15)), Span(timedelta(hours=1)), Span(days=1)
METRES = Type(Sort.NUMBER, "m")


def window(span, complete=0.8, name="level"):
    return Window(name, span, complete)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("avg_over: [level, 15 min]", Aggregated("avg", window(QUARTER), METRES)),
        ("avg_over: [{var: level}, 15 min]", Aggregated("avg", window(QUARTER), METRES)),
        ("leq_over: [level, 15 min, 50 %]", Aggregated("leq", window(QUARTER, 0.5), METRES)),
        ("min_over: [level, 1 d, 0 %]", Aggregated("min", window(DAY, 0.0), METRES)),
        ("max_over: [level, 1 j, 100 %]", Aggregated("max", window(DAY, 1.0), METRES)),
        ("sum_over: [passages, 1 h]", Aggregated("sum", window(HOUR, name="passages"), Type(Sort.NUMBER, "{count}"))),
        ("count_over: [level, 1 h]", Aggregated("count", window(HOUR, 0.0), NUMBER)),
        ("count_over: [level, 1 h, 50 %]", Aggregated("count", window(HOUR, 0.5), NUMBER)),
        ("percentile_over: [level, 10, 1 h]", Aggregated("percentile", window(HOUR), METRES, 10.0)),
        ("percentile_over: [level, 99.5, 1 h, 20 %]", Aggregated("percentile", window(HOUR, 0.2), METRES, 99.5)),
        ("median_over: [level, 1 h]", Aggregated("percentile", window(HOUR), METRES, 50.0)),
        ("rate_over: [level, 1 h]", Difference(window(HOUR), Type(Sort.NUMBER, "m/h", difference=True), per_hour=True)),
        (
            "rate_over: [passages, 1 h]",
            Difference(window(HOUR, name="passages"), Type(Sort.NUMBER, "{count}/h", difference=True), per_hour=True),
        ),
        ("delta_over: [level, 1 d]", Difference(window(DAY), Type(Sort.NUMBER, "m", difference=True))),
        ("forecast: [level, 1 h, 1 d]", Forecast(window(DAY), HOUR, METRES)),
        (
            "baseline: [{sum_over: [level, 1 h]}, 7 d, 28 d]",
            Baseline(Aggregated("sum", window(HOUR), METRES), Span(days=7), Span(days=28), 2),
        ),
        (
            "baseline: [{max_over: [level, 1 h, 0 %]}, 1 d, 28 d, 6]",
            Baseline(Aggregated("max", window(HOUR, 0.0), METRES), DAY, Span(days=28), 6),
        ),
    ],
)
def test_what_is_written_is_read(read_of, written, read):
    assert read_of(f"{{above: [{{{written}}}, 2]}}") == [read]


@pytest.mark.parametrize(
    ("written", "at", "slug", "hint"),
    [
        ("avg_over: level", "level", "shape", "avg_over: [laeq, 15 min]"),
        ("avg_over: [level]", "[level]", "shape", "avg_over: [laeq, 15 min]"),
        ("avg_over: []", "[]", "shape", "avg_over: [laeq, 15 min]"),
        ("avg_over: {level: 15 min}", "{level", "shape", "avg_over: [laeq, 15 min]"),
        ("avg_over: [level, 15 min, 80 %, 1]", "[level", "shape", "avg_over: [laeq, 15 min]"),
        ("avg_over: [level, 15]", "15", "shape", "15 min"),
        ("avg_over: [level, 15 minutes]", "15 minutes", "shape", "10 min, 4 h, 30 s or 2 d"),
        ("avg_over: [level, 0 d]", "0 d", "shape", "is no time at all"),
        ("avg_over: [level, 4000 d]", "4000 d", "shape", "ten years"),
        ("avg_over: [levle, 15 min]", "levle", "unknown-property", "did you mean 'level'?"),
        ("avg_over: [volume, 15 min]", "volume", "unknown-property", "this kind has: level, flow"),
        ("avg_over: [3, 15 min]", "3", "shape", "this kind has: level, flow"),
        ("avg_over: [{above: [level, 2]}, 15 min]", "{above", "shape", "this kind has"),
        ("avg_over: [level, 15 min, 120 %]", "120 %", "shape", "between 0 % and 100 %"),
        ("avg_over: [level, 15 min, 80 m]", "80 m", "shape", "can't be converted"),
        ("avg_over: [level, 15 min, 0.8]", "0.8", "shape", "80 %"),
        ("percentile_over: [level, 101, 1 h]", "101", "shape", "plain number"),
        ("percentile_over: [level, 90 %, 1 h]", "90 %", "shape", "without unit and quotes"),
        ("percentile_over: [level, true, 1 h]", "true", "shape", "plain number"),
        ("percentile_over: [level, .nan, 1 h]", ".nan", "shape", "plain number"),
        ("percentile_over: [level, 90]", "[level, 90]", "shape", "percentile_over: [laeq, 10, 60 min]"),
        ("rate_over: [level, 1 h, 80 %]", "[level", "shape", "rate_over: [level, 30 min]"),
        ("forecast: [level, 24 h]", "[level", "shape", "forecast: [fill, 24 h, 3 d]"),
        ("forecast: [level, 24, 3 d]", "24", "shape", "15 min"),
        ("baseline: [level, 7 d, 28 d]", "level", "shape", "{sum_over: [count, 1 h]}"),
        ("baseline: [{rate_over: [level, 1 d]}, 7 d, 28 d]", "{rate_over", "shape", "{sum_over: [count, 1 h]}"),
        ("baseline: {sum_over: [level, 1 d]}", "{sum_over", "shape", "7 d, 28 d"),
        ("baseline: [{sum_over: [level, 1 d]}, 28 d, 7 d]", "7 d", "shape", "first the step"),
        ("baseline: [{sum_over: [level, 1 d]}, 0 d, 28 d]", "0 d", "shape", "no time at all"),
        ("baseline: [{sum_over: [level, 1 d]}, 7 d, 28 d, 5]", "5", "shape", "plain number"),
        ("baseline: [{sum_over: [level, 1 d]}, 7 d, 28 d, 2.5]", "2.5", "shape", "plain number"),
        ("baseline: [{sum_over: [levle, 1 d]}, 7 d, 28 d]", "levle", "unknown-property", "did you mean 'level'?"),
    ],
)
def test_what_is_wrong_is_told_where_it_stands_with_a_way_out(fault, written, at, slug, hint):
    problem = fault(f"{{above: [{{{written}}}, 2]}}")
    assert (problem.slug, problem.severity) == (slug, "error")
    assert problem.text.startswith(at)
    assert hint in (problem.hint or "")


@pytest.mark.parametrize(
    "written", ["avg_over: [level, 1 h]", "delta_over: [level, 1 h]", "forecast: [level, 1 h, 1 d]"]
)
def test_a_group_has_no_window_of_its_own(fault, written):
    problem = fault(f"{{above: [{{{written}}}, 2]}}", grouped=True)
    assert (problem.slug, problem.text) == ("unknown-property", "level")
    assert problem.hint == f"ask its members: max_of: {{value: {{{written.split(':')[0]}: ...}}}}"


def test_levels_in_decibels_are_averaged_as_energy_where_a_mean_is_asked():
    noise = structs.replace(
        KIND, properties={"laeq": structs.replace(LEVEL, unit="dB", aggregation="energy-mean"), "level": LEVEL}
    )
    functions = {}
    for written in ("avg_over: [laeq, 1 h]", "avg_over: [level, 1 h]", "max_over: [laeq, 1 h]"):
        document = documents.read(f"{{above: [{{{written}}}, 2]}}", "rules/bruit.yaml")
        (reading,) = readings(read_condition(document, (), Vocabulary(noise), []))
        functions[written] = reading.input.function
    assert list(functions.values()) == ["leq", "avg", "max"]


def test_a_rate_of_what_has_no_unit_for_it_fits_plain_numbers_only(read_of):
    (rate,) = read_of("{above: [{rate_over: [flow, 1 h]}, 2]}")
    assert rate.type.unit == "m3/s/h"
    kind = structs.replace(KIND, properties={"power": structs.replace(LEVEL, unit="kW.h")})
    document = documents.read("{above: [{rate_over: [power, 1 h]}, 2]}", "rules/x.yaml")
    (reading,) = readings(read_condition(document, (), Vocabulary(kind), []))
    assert reading.type.unit == COMPOUND
