"""Tests are read forgivingly, and every fault in them is told where it stands."""

from datetime import UTC, datetime, timedelta

import pytest

from services.rules_engine.domain.alert import Change, Phase
from services.rules_engine.domain.rule import Severity
from services.rules_engine.domain.testing.case import ExpectedState, Light

ACROSS = """\
- id: gemapi.deux-stations
  title: "Deux stations"
  owner: gemapi
  across: {kind: water-level, by: area}
  when: {at_least: [{how_many: {above: [level, 3 m]}}, 2]}
  severity: red
  then:
    - notify: {team: astreinte, message: "{count} stations : {members}"}
"""


def only(found):
    assert found.problems == ()
    (case,) = found.cases
    return case


def test_a_test_without_a_name_is_known_by_its_number(read):
    assert only(read("- {given: {level: [1]}, expect: nothing}")).name == "test 1"


def test_a_test_begins_on_a_monday_and_takes_the_step_of_the_kind(read):
    case = only(read("- {given: {level: [1 x2]}, expect: nothing}"))
    assert case.begin == datetime(2026, 1, 11, 23, tzinfo=UTC)
    assert [seen.sample.time - case.begin for seen in case.observations] == [timedelta(), timedelta(minutes=15)]


def test_a_test_ends_with_its_last_place_even_if_nothing_is_observed_there(read):
    case = only(read("- {given: {level: [1, gap x4]}, expect: nothing}"))
    assert case.end - case.begin == timedelta(hours=1)


@pytest.mark.parametrize(
    ("given", "expect", "minutes"),
    [
        ("{level: [1, 1]}", "nothing", 15),
        ("{level: [1, 1], until: 3 h}", "nothing", 180),
        ("{level: [1, 1]}", "{fires_at: 2 h}", 120),
        ("{level: [1, 1]}", "{at: 2 h, resolves: true, within: 5 min}", 125),
        ("{level: [1, 1 late 1 h]}", "nothing", 75),
        ("{until: 2 d}", "nothing", 2880),
    ],
)
def test_the_clock_runs_until_all_is_over(read, given, expect, minutes):
    case = only(read(f"- {{given: {given}, expect: {expect}}}"))
    assert case.end - case.begin == timedelta(minutes=minutes)


def test_the_first_point_that_the_rule_watches_stands_in(read):
    case = only(read("- {given: {level: [1]}, expect: nothing}"))
    assert [point.id for point in case.city.points] == ["portet"]


def test_a_test_speaks_the_time_of_its_point(read, rule_text):
    rule = rule_text.replace("{kind: water-level}", "{kind: water-level, tags: [ailleurs]}")
    case = only(read('- {given: {start: 2026-01-10 00:00, level: [1]}, expect: {fires_at: "01:10"}}', rule))
    assert (case.begin, case.expected[0].at) == tuple(
        datetime(2026, 1, 10, *time, tzinfo=UTC) for time in ((0, 0), (1, 10))
    )


@pytest.mark.parametrize(
    "selector",
    [
        "{kind: water-level}",
        "{kind: water-level, area: x, site: y, group: z, tags: [a, b]}",
        "{kind: water-level, points: [p-1]}",
        "{kind: water-level, and: [{area: x}, {or: [{tags: [a]}, {tags: [b]}]}], not: [{tags: [c]}]}",
    ],
)
def test_without_any_inventory_a_point_is_made_up_that_the_rule_watches(played, rule_text, empty, selector):
    rule = rule_text.replace("{kind: water-level}", selector)
    (result,) = played("- {given: {level: [2 m x3]}, expect: {fires_at: 10 min}}", rule, inventory=empty)
    assert [failure.said.fr for failure in result.failures] == []


def test_without_any_inventory_points_may_have_any_name(read, empty):
    case = only(read("- {given: {points: {a: {level: [1]}, b: {}}}, expect: nothing}", ACROSS, empty))
    assert case.points == ("a", "b")


def test_the_city_of_a_test_has_the_points_that_are_named_and_no_others(read):
    case = only(read('- {given: {points: {"portet, auterive": {level: [1 x2]}, lezat: {}}}, expect: nothing}', ACROSS))
    assert [point.id for point in case.city.points] == ["portet", "auterive", "lezat"]
    assert [seen.point for seen in case.observations].count("auterive") == 2


def test_a_point_may_stand_beside_those_that_are_named(read):
    case = only(read("- {given: {level: [1], points: {portet: {level: [2]}, pluvio: {rain: [3]}}}, expect: nothing}"))
    assert [(seen.point, seen.name, seen.sample.value) for seen in case.observations] == [
        ("auterive", "level", 1.0), ("portet", "level", 2.0), ("pluvio", "rain", 3.0),
    ]  # fmt: skip


def test_a_series_may_have_its_own_step_and_beginning(read):
    case = only(
        read("- {given: {step: 1 h, level: {step: 5 min, from: 30 min, values: [1 x2]}, flow: 7}, expect: nothing}")
    )
    minutes = [(seen.name, (seen.sample.time - case.begin) // timedelta(minutes=1)) for seen in case.observations]
    assert minutes == [("level", 30), ("level", 35), ("flow", 0)]


@pytest.mark.parametrize(
    ("series", "values"),
    [
        ("1.2 m x2", [1.2, 1.2]),
        ("3", [3.0]),
        ("[1, ~, 2]", [1.0, 2.0]),
        ('[1, "-", 2]', [1.0, 2.0]),
        ("[{value: 1.2 m, times: 2}, {value: 90 cm, for: 30 min}]", [1.2, 1.2, 0.9, 0.9]),
        ("[{values: [1 x2, 2], times: 2}, 3]", [1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 3.0]),
        ("[{values: [{values: [1, 2], times: 2}, 3], times: 2}]", [1.0, 2.0, 1.0, 2.0, 3.0] * 2),
    ],
)
def test_a_series_is_a_list_an_item_or_a_mapping(read, series, values):
    case = only(read(f"- {{given: {{level: {series}}}, expect: nothing}}"))
    assert [seen.sample.value for seen in case.observations] == values


def test_times_of_day_go_forward_from_line_to_line(read):
    case = only(
        read("""
        - given: {start: 2026-01-10 20:00, level: [1], until: 2 d}
          expect:
            - {at: "22:15", fires: true}
            - {at: "06:00", resolves: true}
            - {at: "22:15", fires: true}
    """)
    )
    hours = [(each.at - case.begin) / timedelta(hours=1) for each in case.expected]
    assert hours == [2.25, 10.0, 26.25]


def test_all_that_may_be_expected_of_a_change(read):
    case = only(
        read("""
        - given: {level: [1], until: 2 h}
          expect:
            - {at: 1 h, fires: orange, notifies: [astreinte], says: [a, b], about: portet, within: 5 min,
               lights: [berges, {group: berges, level: 80 %}], with: {level: 190 cm, rule: Crue, flow: unknown}}
            - {at: 2 h, resolves: true, because: unknown, releases: berges, notifies: nobody, lights: nothing}
    """)
    )
    fires, resolves = case.changes
    assert (fires.severity, fires.teams, fires.says, fires.about) == (
        Severity.ORANGE,
        ("astreinte",),
        ("a", "b"),
        "portet",
    )
    assert fires.lights == (Light("berges"), Light("berges", 80))
    assert (fires.values["level"].value, fires.values["rule"], fires.values["flow"]) == (190.0, "Crue", None)
    assert (resolves.change, resolves.because, resolves.releases) == (Change.RESOLVED, "unknown", ("berges",))
    assert (resolves.teams, resolves.lights) == ((), ())


def test_a_look_at_the_state_may_ask_for_the_truth(read):
    case = only(read("- {given: {level: [1]}, expect: [{at: 5 min, state: firing, severity: orange, truth: unknown}]}"))
    (state,) = case.expected
    assert isinstance(state, ExpectedState)
    assert (state.phase, state.severity, state.truth, state.asked) == (Phase.FIRING, Severity.ORANGE, None, True)


@pytest.mark.parametrize("nothing", ["nothing", "never", "{fires_at: never}", "{fires_at: never, resolves_at: never}"])
def test_nothing_may_be_expected(read, nothing):
    assert only(read(f"- {{given: {{level: [1]}}, expect: {nothing}}}")).expected == ()


def test_the_short_form_gives_its_details_to_what_comes_first(read):
    case = only(read("- {given: {level: [1]}, expect: {fires_at: 1 h, resolves_at: 2 h, notifies: astreinte}}"))
    assert [(each.change, each.teams) for each in case.changes] == [
        (Change.FIRED, ("astreinte",)),
        (Change.RESOLVED, None),
    ]


GIVEN = "- {{given: {}, expect: nothing}}"
EXPECT = "- {{given: {{level: [1], until: 1 d}}, expect: {}}}"
FAULTS = [
    ("x", "x", "'tests' is the text 'x'; it must be a list of tests", "- {name"),
    ("- x", "x", "the text 'x' where properties are meant", None),
    ("- {given: {level: [1]}}", "{given", "'expect' is missing here", None),
    ("- {expect: nothing}", "{expect", "'given' is missing here", None),
    ("- {given: {levl: 1}, expect: nothing}", "levl", "no property 'levl' here", "'level'?"),
    (GIVEN.format("{}"), "{}", "nothing is given", "level: [1, 2 x3], or how long"),
    (GIVEN.format("{level: [1, 1 metre]}"), "1 metre", "no unit 'metre'", None),
    (GIVEN.format("{level: [1 Cel]}"), "1 Cel", "'Cel' can't be converted to 'm'", None),
    (GIVEN.format("{level: [1,2 m]}"), "1,2", "a value without its unit among", "1.2 m"),
    (GIVEN.format("{level: []}"), "[]", "a series without values", "1.2 m x12"),
    (GIVEN.format("{level: [true]}"), "true", "the truth 'true' is no value", "1.2 m x12"),
    (GIVEN.format("{level: {values: [1], stp: 1 h}}"), "stp", "no property 'stp'", "'step'?"),
    (GIVEN.format("{level: [{value: 1, tims: 2}]}"), "tims", "no property 'tims'", "'times'?"),
    (GIVEN.format("{level: [{value: 1, times: 0}]}"), "0}", "'times' is the number '0'", None),
    (GIVEN.format("{level: [{values: [1 x9], times: 99999}]}"), "1 x9", "at most 100000 values", None),
    (GIVEN.format("{level: [1 x60000, 1 x60001]}"), "1 x60001", "at most 100000 values", None),
    (GIVEN.format("{step: 15, level: [1]}"), "15,", "'15' is no span of time", None),
    (GIVEN.format("{step: 0 min, level: [1]}"), "0 min", "a step lasts some time", "15 min"),
    (GIVEN.format("{level: [1 for 20 min]}"), "1 for", "20 min is no whole number of steps", None),
    (GIVEN.format("{start: hier, level: [1]}"), "hier", "'hier' is no moment", "2026-01-10"),
    (GIVEN.format("{start: 2026-03-29 02:30, level: [1]}"), "2026", "never show 02:30", "2026-01-10"),
    (GIVEN.format("{level: [1 x9], until: 1 h}"), "1 h", "would end before", "a later"),
    (
        GIVEN.format("{start: 2026-01-10, level: {from: 2026-01-09, values: [1]}}"),
        "2026-01-09",
        "this is before the test begins",
        "let the test begin earlier",
    ),
    (GIVEN.format("{points: {porte: {level: [1]}}}"), "porte", "no point 'porte'", "'portet'?"),
    (GIVEN.format("{points: {xyz: {}}}"), "xyz", "no point 'xyz'", "the rule watches portet"),
    (GIVEN.format("{points: [portet]}"), "[portet", "'points' is a list", "{portet: {...}}"),
    (GIVEN.format("{points: {portet: {rain: [1]}}}"), "rain", "no property 'rain'", "flow, from"),
    (GIVEN.format("{level: [1], alerts: {a.b: true}}"), "a.b", "does not give way to 'a.b'", None),
    (EXPECT.format("rien"), "rien", "'expect' is the text 'rien'", "expect: nothing"),
    (EXPECT.format("{at: 1 h}"), "{at", "nothing is expected at that moment", "fires: orange"),
    (EXPECT.format("{fires: true}"), "{fires", "'at' is missing here", None),
    (EXPECT.format("{at: 70, fires: true}"), "70,", "it must be a moment", "write 70 min"),
    (EXPECT.format("{at: 1 h, fires: purple}"), "purple", "is none of: info", None),
    (EXPECT.format("{at: 1 h, fires: red}"), "red", "never 'red'", "it may be orange"),
    (
        EXPECT.format("{at: 1 h, fires: true, resolves: true}"),
        "true}",
        "'fires' and 'resolves' are two things",
        "two lines",
    ),
    (EXPECT.format("{at: 1 h, resolves: red}"), "red", "'resolves' is the text 'red'", "resolves: true"),
    (
        EXPECT.format("{at: 1 h, fires: true, because: unknown}"),
        "unknown",
        "only the end of an alert has a reason",
        "beside resolves",
    ),
    (
        EXPECT.format("{at: 1 h, fires: true, notifies: astreint}"),
        "astreint",
        "does not notify 'astreint'",
        "'astreinte'?",
    ),
    (EXPECT.format("{at: 1 h, fires: true, lights: berge}"), "berge", "does not light 'berge'", "'berges'?"),
    (EXPECT.format("{at: 1 h, fires: true, with: {levl: 1}}"), "levl", "no value 'levl'", "'level'?"),
    (EXPECT.format("{fires_at: 1 h, at: 2 h}"), "2 h", "'at' beside 'fires_at'", "lines of their own"),
    (EXPECT.format("{at: 1 h, state: on}"), "on}", "is none of: inactive", None),
    (EXPECT.format("{at: 1 h, truth: maybe}"), "maybe", "must be true, false or unknown", None),
]


@pytest.mark.parametrize(("tests", "pointed", "message", "hint"), FAULTS)
def test_a_fault_is_told_where_it_stands(read, tests, pointed, message, hint):
    found = read(tests)
    (problem,) = found.problems
    assert found.cases == ()
    assert problem.slug == "test-wrong"
    assert problem.span.line == 14
    assert ("    " + tests)[problem.span.column - 1 :].startswith(pointed)
    assert message in problem.message
    assert problem.hint is None if hint is None else hint in (problem.hint or "")


def test_a_rule_about_several_points_wants_them_named(read):
    (problem,) = read("- {given: {level: [1]}, expect: nothing}", ACROSS).problems[:1]
    assert (problem.message, problem.span.line) == ("no property 'level' here", 10)
    (problem,) = read("- {given: {until: 1 h}, expect: nothing}", ACROSS).problems
    assert problem.message == "this rule is about several points: say what is observed at which"
    assert problem.hint == "points: {portet: {level: [1, 2 x3]}, ...}"


def test_one_wrong_test_takes_no_other_with_it(read):
    found = read("""
        - {given: {level: [1]}, expect: nothing}
        - {given: {level: [x]}, expect: rien}
        - {name: third, given: {level: [1]}, expect: nothing}
    """)
    assert [case.name for case in found.cases] == ["test 1", "third"]
    assert [problem.span.line for problem in found.problems] == [15, 15]


def test_a_rule_without_tests_has_none(rules, rule_text, inventory):
    from services.rules_engine.domain.testing.reading import read_tests

    found = read_tests(rules(rule_text)["gemapi.crue"], inventory)
    assert (found.cases, found.problems) == ((), ())
