"""Each way in which a test fails is told in a sentence."""

import pytest

GIVEN = "given: {step: 5 min, level: [1.2 m x12, 1.9 m x4, 1.5 m x10]}"
FIRES = "{at: 70 min, fires: orange}"
ENDS = "{at: 110 min, resolves: true}"

WAYS = [
    pytest.param(
        f"[{FIRES}]",
        ["01:50 (1 h 50 min), resolves → astreinte, berges rendu : inattendu"],
        id="something comes that was not expected",
    ),
    pytest.param(
        "nothing",
        [
            "01:10 (1 h 10 min), fires orange → astreinte, berges 100 % : inattendu",
            "01:50 (1 h 50 min), resolves → astreinte, berges rendu : inattendu",
        ],
        id="nothing was expected",
    ),
    pytest.param(
        f"[{FIRES}, {ENDS}, {{at: 2 h, fires: orange, about: portet}}]",
        ["fires orange (portet) attendu à 02:00 (2 h) : n'est pas venu"],
        id="it does not come",
    ),
    pytest.param(
        "{fires_at: 65 min, resolves_at: 2 h}",
        [
            "fires attendu à 01:05 (1 h 5 min) : venu à 01:10 (1 h 10 min)",
            "resolves attendu à 02:00 (2 h) : venu à 01:50 (1 h 50 min)",
        ],
        id="it comes at another time",
    ),
    pytest.param(
        f"[{{at: 65 min, fires: orange, within: 4 min}}, {ENDS}]",
        ["fires orange attendu à 01:05 (1 h 5 min) : venu à 01:10 (1 h 10 min)"],
        id="it comes beyond the tolerance",
    ),
    pytest.param(
        f"[{{at: 70 min, worsens: orange}}, {ENDS}]",
        [
            "worsens orange attendu à 01:10 (1 h 10 min) : n'est pas venu",
            "01:10 (1 h 10 min), fires orange → astreinte, berges 100 % : inattendu",
        ],
        id="something else comes",
    ),
    pytest.param(
        f"[{{at: 70 min, fires: orange, about: lezat}}, {ENDS}]",
        [
            "fires orange (lezat) attendu à 01:10 (1 h 10 min) : n'est pas venu",
            "01:10 (1 h 10 min), fires orange → astreinte, berges 100 % : inattendu",
        ],
        id="it comes of another point",
    ),
    pytest.param(
        f"[{{at: 70 min, fires: orange, notifies: nobody}}, {ENDS}]",
        ["01:10 (1 h 10 min), fires orange, notifies : attendu personne, venu astreinte"],
        id="somebody is told",
    ),
    pytest.param(
        f'[{{at: 70 min, fires: orange, says: "2,00 m"}}, {ENDS}]',
        ["01:10 (1 h 10 min), fires orange, says : attendu « 2,00 m », venu « Portet : 1,90 m à 12/01 01:10 »"],
        id="the message says something else",
    ),
    pytest.param(
        f"[{{at: 70 min, fires: orange, lights: {{group: berges, level: 80 %}}}}, {ENDS}]",
        ["01:10 (1 h 10 min), fires orange, lights : attendu berges 80 %, venu berges 100 %"],
        id="lights are held at another level",
    ),
    pytest.param(
        f"[{{at: 70 min, fires: orange, lights: nothing}}, {ENDS}]",
        ["01:10 (1 h 10 min), fires orange, lights : attendu aucun, venu berges 100 %"],
        id="lights are held",
    ),
    pytest.param(
        f"[{FIRES}, {{at: 110 min, resolves: true, releases: nothing}}]",
        ["01:50 (1 h 50 min), resolves, releases : attendu aucun, venu berges"],
        id="lights are let go",
    ),
    pytest.param(
        f"[{FIRES}, {{at: 110 min, resolves: true, because: outside-active}}]",
        ["01:50 (1 h 50 min), resolves, because : attendu outside-active, venu condition-cleared"],
        id="it ends for another reason",
    ),
    pytest.param(
        f"[{{at: 70 min, fires: orange, with: {{level: 2 m, flow: 3, rule: x}}}}, {ENDS}]",
        [
            "01:10 (1 h 10 min), fires orange, level : attendu 2 m, venu 1,90 m",
            "01:10 (1 h 10 min), fires orange, flow : attendu 3, venu valeur inconnue",
            "01:10 (1 h 10 min), fires orange, rule : attendu x, venu Crue",
        ],
        id="values are others",
    ),
    pytest.param(
        f"[{{at: 1 h, state: firing, truth: false}}, {FIRES}, {ENDS}]",
        [
            "01:00 (1 h), state : attendu firing, venu pending",
            "01:00 (1 h), truth : attendu false, venu true",
        ],
        id="it stands otherwise",
    ),
    pytest.param(
        f"[{{at: 30 min, truth: unknown, about: lezat}}, {FIRES}, {ENDS}]",
        ["il n'y a pas de lezat dans ce test"],
        id="a look at what is not there",
    ),
]


@pytest.mark.parametrize(("expect", "said"), WAYS)
def test_what_is_otherwise_is_said(failures, expect, said):
    assert failures(f"- {{{GIVEN}, expect: {expect}}}") == said


def test_what_is_not_written_is_not_compared(failures):
    assert failures(f"- {{{GIVEN}, expect: [{FIRES}, {ENDS}]}}") == []


def test_failures_are_told_in_english_too(played):
    (result,) = played(f"- {{{GIVEN}, expect: {{fires_at: 65 min, notifies: nobody}}}}")
    assert [failure.said.en for failure in result.failures] == [
        "fires expected at 01:05 (1 h 5 min): came at 01:10 (1 h 10 min)",
        "01:50 (1 h 50 min), resolves → astreinte, berges released: not expected",
    ]


def test_each_failure_knows_where_it_was_expected(played):
    (result,) = played("""
        - given: {step: 5 min, level: [1.2 m x12, 1.9 m x4, 1.5 m x10]}
          expect:

            - {at: 65 min, fires: orange}
            - {at: 80 min, state: inactive}
    """)
    assert [failure.place.span.line for failure in result.failures] == [17, 18, 17]


def test_a_point_at_which_nothing_is_read_makes_a_test_fail(failures):
    tests = "- {given: {level: [1], points: {pluvio: {rain: [1]}}}, expect: nothing}"
    assert failures(tests) == ["la règle ne lit rien au point pluvio"]


def test_a_test_in_which_nothing_is_watched_fails(failures, rule_text):
    rule = rule_text.replace("{kind: water-level}", "{kind: water-level, tags: [ailleurs]}")
    tests = "- {given: {points: {lezat: {level: [1]}}}, expect: nothing}"
    assert failures(tests, rule=rule) == ["la règle ne surveille aucun point de ce test"]


def test_a_change_of_lights_alone_must_be_expected_too(failures):
    rule = """\
- id: gemapi.echelle
  title: "Échelle"
  owner: gemapi
  for_each: {kind: water-level}
  levels:
    - severity: yellow
      when: {between: [level, 2 m, 4 m]}
      then:
        - notify: {team: hydro, message: "{level}"}
        - light: {group: quai, level: 50 %, at_most: 4 h, reason: crue}
    - severity: red
      when: {at_least: [level, 3 m]}
      then:
        - notify: {team: astreinte, message: "{level}"}
"""
    given = "given: {level: [2 m, 3 m, 5 m]}"
    expect = "{at: 0 min, fires: yellow}, {at: 15 min, worsens: red}"
    assert failures(f"- {{{given}, expect: [{expect}]}}", rule=rule) == [
        "00:30 (30 min), lights → quai rendu : inattendu"
    ]
    assert failures(f"- {{{given}, expect: [{expect}, {{at: 30 min, releases: quai}}]}}", rule=rule) == []
