"""What tests can say of rules: each of these is a test as an author would write it, and it passes."""

import pytest

LADDER = """\
- id: gemapi.echelle
  title: "Échelle"
  owner: gemapi
  for_each: {kind: water-level}
  levels:
    - severity: yellow
      when: {at_least: [level, 2 m]}
      until: {below: [level, 1.8 m]}
      then:
        - notify: {team: hydro, message: "{level}"}
        - light: {group: quai, level: 50 %, at_most: 4 h, reason: crue}
    - severity: red
      when: {at_least: [level, 3 m]}
      until: {below: [level, 2.8 m]}
      then:
        - notify: {team: astreinte, message: "{level}"}
        - light: {group: berges, level: 100 %, at_most: 4 h, reason: crue}
"""

GROUP = """\
- id: gemapi.deux-stations
  title: "Deux stations"
  owner: gemapi
  across: {kind: water-level, by: area}
  when: {at_least: [{how_many: {above: [level, 3 m]}}, 2]}
  severity: red
  then:
    - notify: {team: astreinte, message: "{count} sur {total} : {members}"}
    - light: {area: vallee, level: 80 %, at_most: 4 h, reason: crue}
"""

SILENT = """\
- id: gemapi.muette
  title: "Muette"
  owner: gemapi
  for_each: {kind: water-level}
  when: {absent_for: 1 h}
  severity: minor
  then:
    - notify: {team: maintenance, message: "{point}"}
"""

NIGHT = """\
- id: gemapi.nuit
  title: "Nuit"
  owner: gemapi
  for_each: {kind: water-level}
  active: {time_between: ["22:00", "06:00"]}
  when: {above: [level, 2 m]}
  severity: info
  then:
    - notify: {team: hydro, message: "{point} à {time}"}
"""

ALARM = """\
- id: gemapi.alarme
  title: "Alarme"
  owner: gemapi
  for_each: {kind: water-level}
  when: {above: [level, 3 m]}
  severity: red
  then:
    - notify: {team: astreinte, message: "{level}"}
"""

GIVES_WAY = """\
- id: gemapi.cede
  title: "Cède"
  owner: gemapi
  for_each: {kind: water-level}
  when: {above: [level, 2 m]}
  unless: gemapi.alarme
  severity: yellow
  then:
    - notify: {team: hydro, message: "{level}"}
"""

RISE = """\
- id: gemapi.montee
  title: "Montée"
  owner: gemapi
  for_each: {kind: water-level}
  let: {rise: {rate_over: [level, 1 h]}}
  when: {above: [rise, 0.30 m/h]}
  severity: yellow
  then:
    - notify: {team: hydro, message: "{rise}"}
"""


def passes(played, tests, rule, **more):
    results = played(tests, rule, **more)
    assert results
    assert [failure.said.fr for result in results for failure in result.failures] == []


def test_the_example_of_the_guide(played, rule_text):
    given = "given: {step: 5 min, level: [1.2 m x12, 1.9 m x4]}"
    passes(played, f"- {{{given}, expect: {{fires_at: 70 min, notifies: astreinte}}}}", rule_text)


def test_messages_lights_and_values_may_be_expected(played, rule_text):
    tests = """
        - given: {start: 2026-01-10 00:00, step: 5 min, level: [1.2 m x12, 1.9 m x4, 1.5 m x10]}
          expect:
            - {at: "01:05", state: pending, truth: true}
            - {at: "01:10", fires: orange, notifies: astreinte, says: ["Portet : 1,90 m", "10/01 01:10"],
               lights: {group: berges, level: 100 %}, releases: nothing, about: portet, with: {level: 190 cm}}
            - {at: "01:10", state: firing, severity: orange, truth: false}
            - {at: "01:50", resolves: true, because: condition-cleared, lights: nothing, releases: berges}
            - {at: 2 h, state: inactive}
    """
    passes(played, tests, rule_text)


@pytest.mark.parametrize("within", ["3 min", "5 min", "1 h"])
def test_a_time_may_have_a_tolerance(played, rule_text, within):
    tests = f"- {{given: {{step: 5 min, level: [1.9 m x4]}}, expect: {{fires_at: 7 min, within: {within}}}}}"
    passes(played, tests, rule_text)


def test_a_ladder_worsens_and_eases_with_its_lights(played):
    tests = """
        - given: {level: [1 m, 2.1 m, 3.1 m, 2.5 m, 1.5 m]}
          expect:
            - {at: 15 min, fires: yellow, notifies: hydro, lights: quai}
            - {at: 30 min, worsens: red, notifies: astreinte, says: "3,10 m", lights: {group: berges, level: 100 %}}
            - {at: 30 min, state: firing, severity: red}
            - {at: 45 min, eases: yellow, notifies: astreinte, says: revenu au niveau jaune, releases: berges}
            - {at: 1 h, resolves: true, notifies: hydro, releases: quai}
    """
    passes(played, tests, LADDER)


def test_a_group_rule_counts_the_points_that_are_named(played):
    tests = """
        - given:
            points:
              portet:   {level: [2.9 m, 3.1 m x4]}
              auterive: {level: [2.9 m x2, 3.1 m, 2.5 m x2]}
              lezat: {}
          expect:
            - {at: 30 min, fires: red, about: area:vallee, says: "2 sur 3 : Portet, Auterive",
               with: {count: 2, total: 3, members: [auterive, portet]}, lights: {group: berges, level: 80 %}}
            - {at: 30 min, state: firing}
        - given: {points: {"portet, auterive, lezat": {level: [2.9 m x2]}}}
          expect: nothing
    """
    passes(played, tests.replace("2.5 m x2]", "3.2 m x2]"), GROUP)


def test_what_is_unknown_of_one_station_leaves_the_group_undecided(played):
    tests = """
        - given: {points: {"portet, auterive": {level: [3.1 m x2]}, lezat: {level: [2 m x2]}}}
          expect: {fires_at: 0 min}
        - given: {points: {portet: {level: [3.1 m x2]}, "auterive, lezat": {}}}
          expect: [{at: 15 min, state: inactive, truth: unknown}]
    """
    passes(played, tests, GROUP)


def test_several_points_have_alerts_of_their_own(played, rule_text):
    tests = """
        - given:
            step: 5 min
            points: {portet: {level: [1.9 m x4]}, auterive: {level: [1 m, 1.9 m x3]}, lezat: {level: 1}}
          expect:
            - {at: 10 min, fires: orange, about: portet}
            - {at: 15 min, fires: orange, about: auterive}
            - {at: 15 min, state: inactive, about: lezat}
    """
    passes(played, tests, rule_text)


def test_silence_is_told_by_the_clock(played):
    tests = """
        - given: {level: [1 m x3], until: 3 h}
          expect: {fires_at: 90 min, notifies: maintenance}
        - given: {until: 3 h}
          expect: {fires_at: 1 h}
        - given: {level: [1 m x3, gap for 1 h, 1 m x2]}
          expect: [{at: 90 min, fires: true}, {at: 105 min, resolves: true}]
        - given: {level: [1 m x3, gap x3, 1 m x2]}
          expect: nothing
    """
    passes(played, tests, SILENT)


def test_a_value_that_comes_late_is_told_late_and_with_its_own_time(played):
    tests = """
        - given: {start: 2026-01-10 10:00, level: [2 m, 3.4 m late 40 min]}
          expect: {fires_at: "10:55", notifies: astreinte}
        - given: {level: [2 m, 3.4 m late 61 min]}
          expect: nothing
    """
    passes(played, tests, ALARM)


def test_a_value_that_is_overtaken_decides_nothing_any_more(played):
    passes(played, "- {given: {level: [2 m, 3.4 m late 20 min, 2 m]}, expect: nothing}", ALARM)


@pytest.mark.parametrize("value", ["3.4 m suspect", "3.4 m simulated", "90 m", "{value: 3.4 m, quality: out-of-range}"])
def test_a_doubtful_value_fires_nothing(played, value):
    tests = f"- {{given: {{level: [2 m, {value}]}}, expect: [{{at: 15 min, state: inactive, truth: unknown}}]}}"
    passes(played, tests, ALARM)


def test_a_rule_gives_way_to_another_that_the_same_values_bring_about(played):
    tests = """
        - name: alone, a minute later
          given: {level: [1 m, 2.5 m x3]}
          expect: {fires_at: 16 min}
        - name: while the other fires it waits
          given: {level: [1 m, 3.5 m x3, 2.5 m x3]}
          expect: [{at: 59 min, state: pending}, {at: 1 h, fires: yellow}]
    """
    passes(played, tests, GIVES_WAY, others=ALARM)


@pytest.mark.parametrize(
    ("alerts", "at"),
    [
        ("{from: 0 min, to: 45 min}", "45 min"),
        ("[{to: 30 min}, {from: 30 min, to: 45 min}]", "45 min"),
        ("{from: 1 h}", "16 min"),
        ('{to: "00:40"}', "40 min"),
    ],
)
def test_it_may_be_said_when_the_other_rule_fires(played, alerts, at):
    tests = f"- {{given: {{level: [1 m, 2.5 m x4], alerts: {{gemapi.alarme: {alerts}}}}}, expect: {{fires_at: {at}}}}}"
    passes(played, tests, GIVES_WAY)


def test_what_is_said_of_the_other_rule_goes_before_what_the_values_would_bring_about(played):
    tests = """
        - given: {level: [3.5 m x4], alerts: {gemapi.alarme: {from: 2 h}}}
          expect: {fires_at: 1 min}
        - given: {level: [2.5 m x4], alerts: {gemapi.alarme: true}}
          expect: nothing
    """
    passes(played, tests, GIVES_WAY, others=ALARM)


def test_nothing_is_said_of_the_minute_in_which_the_other_rule_may_speak_too(played):
    (result,) = played("- {given: {level: [1 m, 2.5 m]}, expect: nothing}", GIVES_WAY, others=ALARM)
    assert len(result.failures) == 1
    assert "00:16" in result.failures[0].said.fr


def test_a_rate_is_compared_and_told(played):
    passes(
        played, "- {given: {level: [1 m x5, 1.2 m, 1.5 m]}, expect: {fires_at: 90 min, with: {rise: 0.5 m/h}}}", RISE
    )


def test_on_the_night_in_march_the_hours_of_a_rule_are_those_of_clocks(played):
    tests = """
        - given: {start: 2026-03-28 21:00, step: 1 h, level: {step: 30 min, values: [2.5 m for 12 h]}}
          expect:
            - {at: "22:00", fires: info, says: "28/03 22:00"}
            - {at: 8 h, resolves: true, because: outside-active}
            - {at: 2026-03-29 06:00, state: inactive}
        - given: {start: 2026-03-28 21:00, level: [2.5 m for 12 h]}
          expect: [{at: "22:00", fires: info}, {at: "06:00", resolves: true}]
    """
    passes(played, tests, NIGHT)


def test_on_the_night_in_october_an_hour_more_is_watched(played):
    tests = """
        - given: {start: 2026-10-24 21:00, level: [1 m for 5 h 30 min, 2.5 m x2, 1 m x2, 2.5 m for 6 h]}
          expect:
            - {at: "02:30", fires: info, says: "25/10 02:30"}
            - {at: 2026-10-25 02:00 +01:00, resolves: true}
            - {at: "02:30", fires: info, says: "25/10 02:30"}
            - {at: 10 h, resolves: true, because: outside-active}
    """
    passes(played, tests, NIGHT)


def test_a_step_of_a_day_keeps_its_time_of_day(played):
    tests = """
        - given: {start: 2026-03-28 23:00, step: 1 d, level: [2.5 m x3]}
          expect:
            - {at: 0 min, fires: true}
            - {at: "06:00", resolves: true}
            - {at: 1 d, fires: true}
            - {at: "06:00", resolves: true}
            - {at: 2026-03-30 23:00, fires: true}
    """
    passes(played, tests, NIGHT)
