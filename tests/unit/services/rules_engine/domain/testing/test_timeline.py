"""The timeline of a test that fails, to the letter."""

import textwrap

import pytest


def lines(text):
    return textwrap.dedent(text).strip("\n")


def test_it_shows_values_thresholds_truth_state_and_what_is_wrong(picture):
    tests = """
        - given: {start: 2026-01-10 00:00, step: 5 min, level: [1.2 m x12, 1.9 m x4, 1.5 m suspect, 1.5 m x8]}
          expect:
            - {at: 65 min, fires: orange}
            - {at: 110 min, resolves: true, notifies: nobody}
    """
    assert picture(tests) == lines("""
        heure  depuis      level           comparé        vrai ?   état
        00:00  0 min       1,20 m          1,2 m > 1,8 m  faux     inactive
               ⋮ 10 instants de même
        00:55  55 min      1,20 m          1,2 m > 1,8 m  faux     inactive
        01:00  1 h         1,90 m          1,9 m > 1,8 m  vrai     pending
        01:05  1 h 5 min   1,90 m          1,9 m > 1,8 m  vrai     pending
               ✗ attendu : fires orange
        01:10  1 h 10 min  1,90 m          1,9 m > 1,8 m  vrai     firing orange
               ● fires orange → astreinte, berges 100 %
        01:15  1 h 15 min  1,90 m          1,9 m < 1,6 m  faux     firing orange
        01:20  1 h 20 min  1,50 m suspect  ? < 1,6 m      inconnu  firing orange
        01:25  1 h 25 min  1,50 m          1,5 m < 1,6 m  vrai     firing orange
               ⋮ 3 instants de même
        01:45  1 h 45 min  1,50 m          1,5 m < 1,6 m  vrai     firing orange
        01:50  1 h 50 min  1,50 m          1,5 m < 1,6 m  vrai     firing orange
               ✗ attendu : resolves
        01:55  1 h 55 min  1,50 m          1,5 m < 1,6 m  vrai     inactive
               ● resolves → astreinte, berges rendu
        02:00  2 h         1,50 m          1,5 m > 1,8 m  faux     inactive
    """)


def test_what_was_not_expected_is_marked(picture):
    tests = "- {given: {step: 5 min, level: [1.9 m x3]}, expect: nothing}"
    assert picture(tests, language="en") == lines("""
        clock  after   level   compared       true?  state
        00:00  0 min   1,90 m  1,9 m > 1,8 m  true   pending
        00:05  5 min   1,90 m  1,9 m > 1,8 m  true   pending
        00:10  10 min  1,90 m  1,9 m > 1,8 m  true   firing orange
               ✗ fires orange → astreinte, berges 100 %: not expected
    """)


def test_on_the_night_in_october_doubled_hours_tell_their_offset(picture):
    tests = "- {given: {start: 2026-10-25 02:30, step: 1 h, level: [1 m x3]}, expect: {fires_at: 1 h}}"
    assert picture(tests) == lines("""
        heure       depuis  level   comparé      vrai ?  état
        02:30 CEST  0 min   1,00 m  1 m > 1,8 m  faux    inactive
        02:30 CET   1 h     1,00 m  1 m > 1,8 m  faux    inactive
                    ✗ attendu : fires
        03:30       2 h     1,00 m  1 m > 1,8 m  faux    inactive
    """)


def test_a_late_value_stands_where_it_came_with_the_time_at_which_it_was_observed(picture):
    tests = "- {given: {level: [1 m, 2 m late 40 min]}, expect: nothing}"
    assert picture(tests, rule=ALARM) == lines("""
        heure  depuis  level           comparé      vrai ?  état
        00:00  0 min   1,00 m          1 m > 1,5 m  faux    inactive
        00:55  55 min  2,00 m (00:15)  2 m > 1,5 m  vrai    firing red
               ✗ fires red → astreinte : inattendu
    """)


def test_of_several_points_it_shows_the_one_in_which_something_is_wrong(picture):
    tests = "- {given: {points: {portet: {level: [1 m, 2 m]}, lezat: {level: [1 m x2]}}}, expect: nothing}"
    assert picture(tests, rule=ALARM) == lines("""
        portet
        heure  depuis  level   comparé      vrai ?  état
        00:00  0 min   1,00 m  1 m > 1,5 m  faux    inactive
        00:15  15 min  2,00 m  2 m > 1,5 m  vrai    firing red
               ✗ fires red (portet) → astreinte : inattendu
    """)


def test_of_a_group_it_shows_the_values_of_its_members(picture):
    tests = "- {given: {points: {portet: {level: [1 m, 4 m]}, lezat: {level: [4 m x2]}}}, expect: nothing}"
    assert picture(tests, rule=GROUP) == lines("""
        heure  depuis  portet level  lezat level  comparé  vrai ?  état
        00:00  0 min   1,00 m        4,00 m       1 ≥ 2    faux    inactive
        00:15  15 min  4,00 m        4,00 m       2 ≥ 2    vrai    firing red
               ✗ fires red (area:vallee) → astreinte : inattendu
    """)


def test_several_comparisons_are_marked_each(picture):
    rule = ALARM.replace("{above: [level, 1.5 m]}", "{or: [{above: [level, 1.5 m]}, {between: [flow, 10, 20]}]}")
    tests = "- {given: {flow: [5, 15], level: [1 m x2]}, expect: nothing}"
    assert picture(tests, rule=rule) == lines("""
        heure  depuis  level   flow     comparé                                  vrai ?  état
        00:00  0 min   1,00 m  5 m³/s   1 m > 1,5 m ✗  5 m³/s in 10..20 m³/s ✗   faux    inactive
        00:15  15 min  1,00 m  15 m³/s  1 m > 1,5 m ✗  15 m³/s in 10..20 m³/s ✓  vrai    firing red
               ✗ fires red → astreinte : inattendu
    """)


@pytest.mark.parametrize(
    ("when", "compared"),
    [
        pytest.param("{above: [{age: level}, 1 h]}", "30 min > 1 h", id="times as people say them"),
        pytest.param("{above: [level, 2.00004 m]}", "2 m > 2,00004 m", id="as many digits as tell them apart"),
        pytest.param("{above: [{rate_over: [level, 1 h]}, 1 m/h]}", "? > 1 m/h", id="unknown"),
        pytest.param("{above: [{times: [{var: level}, 100000]}, 210000 m]}", "200000 m > 210000 m", id="no exponents"),
    ],
)
def test_numbers_are_short_and_tell_the_difference(picture, when, compared):
    rule = ALARM.replace("{above: [level, 1.5 m]}", when)
    shown = picture("- {given: {level: [2 m, gap x2]}, expect: [{at: 30 min, state: firing}]}", rule=rule)
    assert compared in shown


def test_a_rule_that_decides_for_periods_shows_its_periods(picture):
    rule = ALARM.replace("{above: [level, 1.5 m]}", "{above: [{avg_over: [level, 30 min]}, 1.5 m]}\n  every: 30 min")
    tests = "- {given: {step: 15 min, level: [1 m x2, 2 m x4]}, expect: nothing}"
    assert picture(tests, rule=rule) == lines("""
        heure  depuis      level   comparé        vrai ?   état
        00:00  0 min       1,00 m  ? > 1,5 m      inconnu  inactive
        00:15  15 min      1,00 m  ? > 1,5 m      inconnu  inactive
        00:30  30 min      2,00 m  1,5 m > 1,5 m  faux     inactive
        01:00  1 h         2,00 m  2 m > 1,5 m    vrai     firing red
               ✗ fires red → astreinte : inattendu
        01:15  1 h 15 min  2,00 m  2 m > 1,5 m    vrai     firing red
    """)


def test_a_terminal_of_a_hundred_columns_is_wide_enough(picture, empty):
    names = [f"station-de-la-haute-vallee-{number}" for number in range(6)]
    points = ", ".join(f"{name}: {{level: [4 m x2]}}" for name in names)
    shown = picture(f"- {{given: {{points: {{{points}}}}}, expect: nothing}}", rule=WIDE, inventory=empty)
    table = [line for line in shown.splitlines() if "✗" not in line]
    assert max(map(len, table)) <= 96
    assert table[0].split() == ["heure", "depuis", names[0], "level", "comparé", "vrai", "?", "état"]


def test_a_long_test_is_cut_to_what_lies_near_to_what_came(picture):
    values = "[{values: [1 m, 4 m suspect], times: 80}]"
    tests = f"- {{given: {{level: {values}}}, expect: [{{at: 7 h 35 min, state: pending}}]}}"
    rule = ALARM.replace("1.5 m", "9 m")
    assert picture(tests, rule=rule) == lines("""
        heure        depuis           level           comparé    vrai ?   état
        00:00        0 min            1,00 m          1 m > 9 m  faux     inactive
                     ⋮ 28 instants de même
        07:15        7 h 15 min       4,00 m suspect  ? > 9 m    inconnu  inactive
        07:30        7 h 30 min       1,00 m          1 m > 9 m  faux     inactive
        07:35        7 h 35 min                       1 m > 9 m  faux     inactive
                     ✗ state : attendu pending, venu inactive
        07:45        7 h 45 min       4,00 m suspect  ? > 9 m    inconnu  inactive
        08:00        8 h              1,00 m          1 m > 9 m  faux     inactive
                     ⋮ 126 instants de même
        13/01 15:45  1 d 15 h 45 min  4,00 m suspect  ? > 9 m    inconnu  inactive
    """)


WIDE = """\
- id: gemapi.plusieurs
  title: "Plusieurs"
  owner: gemapi
  across: {kind: water-level}
  when: {at_least: [{how_many: {above: [level, 3 m]}}, 2]}
  severity: red
  then:
    - notify: {team: astreinte, message: "{count}"}
"""
ALARM = """\
- id: gemapi.alarme
  title: "Alarme"
  owner: gemapi
  for_each: {kind: water-level}
  when: {above: [level, 1.5 m]}
  severity: red
  then:
    - notify: {team: astreinte, message: "{level}"}
"""
GROUP = """\
- id: gemapi.deux
  title: "Deux"
  owner: gemapi
  across: {kind: water-level, by: area}
  when: {at_least: [{how_many: {above: [level, 3 m]}}, 2]}
  severity: red
  then:
    - notify: {team: astreinte, message: "{count}"}
"""
