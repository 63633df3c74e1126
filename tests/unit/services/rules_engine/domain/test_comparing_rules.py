"""What a set of rules changes in another is said in words: each rule, and of each rule each thing."""

from __future__ import annotations

import pytest

from services.rules_engine.domain.comparing_rules import Act, changes, counted
from shared.model.registry import Area, Inventory, Kind, Point, Property, Text

WORDS = Text("Hauteur", "Level")
LEVEL = Property(title=WORDS, unit="m", minimum=-2, maximum=15, accuracy=0.01)
KIND = Kind(
    id="water-level", title=WORDS, period_s=900, max_delay_s=3600, stale_after_s=2700, properties={"level": LEVEL}
)
POINT = Point(id="amont", title="Amont", kind="water-level", directorate="gemapi", longitude=1.4, latitude=43.6)
CITY = Inventory(
    kinds=(KIND,), points=(POINT,), areas=(Area(id="vallee", title=Text("Vallée", "Valley"), geometry={}),)
)
TEAMS = "teams:\n  - {id: gemapi, title: Les crues}\n"
RULE = """- id: crue
  title: "Crue"
  owner: gemapi
  for_each: {kind: water-level}
  when: {above: [level, 1.80 m]}
  for: 10 min
  until: {below: [level, 1.60 m]}
  severity: orange
  then:
    - notify: {team: gemapi, message: "{point}"}
"""
LADDER = """- id: crue
  title: "Crue"
  owner: gemapi
  for_each: {kind: water-level}
  levels:
    - severity: yellow
      when: {above: [level, 1 m]}
      then: [{notify: {team: gemapi, message: "{point}"}}]
    - severity: red
      when: {above: [level, 3 m]}
      then: [{notify: {team: gemapi, message: "{point}"}}]
"""


def found(before, after, inventory=CITY):
    old, new = ({"gemapi/a.yaml": text, "teams.yaml": TEAMS} for text in (before, after))
    return changes(old, new, inventory)


def said(before, after):
    (change,) = found(before, after)
    assert change.act is Act.CHANGED
    return [(each.fr, each.en) for each in change.said]


@pytest.mark.parametrize(
    ("old", "new", "fr", "en"),
    [
        ('title: "Crue"', 'title: "Crue vive"', "titre : « Crue » → « Crue vive »", "title: “Crue” → “Crue vive”"),
        ("owner: gemapi", "owner: voirie", "direction : gemapi → voirie", "owner: gemapi → voirie"),
        ("1.80 m", "1.60 m", "seuil (Hauteur) : 1,80 m → 1,60 m", "threshold (Level): 1.80 m → 1.60 m"),
        (
            "below: [level, 1.60 m]",
            "below: [level, 1.5 m]",
            "seuil de fin (Hauteur) : 1,60 m → 1,5 m",
            "threshold of its end (Level): 1.60 m → 1.5 m",
        ),
        (
            "for: 10 min",
            "for: 2 h",
            "durée avant l'alerte : 10 minutes → 2 heures",
            "hold before it fires: 10 minutes → 2 hours",
        ),
        ("severity: orange", "severity: red", "gravité : orange → rouge", "severity: orange → red"),
        (
            'message: "{point}"',
            'message: "Eau à {point}"',
            "message à gemapi : « {point} » → « Eau à {point} »",
            "message to gemapi: “{point}” → “Eau à {point}”",
        ),
        ("when: {above", "when: {at_least", "la condition change", "the condition changes"),
        (
            "  severity",
            "  active: {time_between: ['22:00', '06:00']}\n  severity",
            "les jours et heures changent",
            "its days and hours change",
        ),
        (
            "  severity",
            "  review_by: 2027-06-30\n  severity",
            "à revoir avant le : rien → 2027-06-30",
            "review by: nothing → 2027-06-30",
        ),
        (
            "{kind: water-level}",
            "{kind: water-level, area: vallee}",
            "les points surveillés changent",
            "the points that it watches change",
        ),
    ],
)
def test_each_thing_that_changes_is_a_sentence(old, new, fr, en):
    assert said(RULE, RULE.replace(old, new, 1)) == [(fr, en)]


def test_recipients_that_come_and_go_are_named():
    assert said(RULE, RULE.replace("team: gemapi", "team: voirie")) == [
        ("prévient aussi voirie", "tells voirie, too"),
        ("ne prévient plus gemapi", "tells gemapi no more"),
    ]


def test_lights_are_told_with_where_how_bright_and_why():
    light = RULE + "    - light: {group: berges, level: 100 %, at_most: 4 h, reason: crue}\n"
    assert said(RULE, light) == [
        (
            "lumière : rien → berges à 100 %, 4 heures au plus (crue)",
            "light: nothing → berges at 100 %, for 4 hours at most (crue)",
        )
    ]


def test_a_span_of_a_window_is_no_threshold():
    window = RULE.replace("above: [level, 1.80 m]", "above: [{avg_over: [level, 1 h]}, 1.80 m]")
    assert said(window, window.replace("1 h", "2 h")) == [("durée (Hauteur) : 1 h → 2 h", "span (Level): 1 h → 2 h")]


def test_levels_are_told_by_their_severity():
    more = LADDER.replace(
        "    - severity: red",
        "    - severity: orange\n      when: {above: [level, 2 m]}\n"
        '      then: [{notify: {team: gemapi, message: "{point}"}}]\n    - severity: red',
    )
    assert said(LADDER, more) == [("niveau ajouté : orange", "level added: orange")]
    assert said(more, LADDER) == [("niveau retiré : orange", "level removed: orange")]
    assert said(LADDER, LADDER.replace("3 m", "2.5 m")) == [
        ("niveau rouge, seuil (Hauteur) : 3 m → 2,5 m", "level red, threshold (Level): 3 m → 2.5 m")
    ]


def test_where_a_rule_decides_otherwise_both_paragraphs_stand_beside_it():
    (change,) = found(RULE, RULE.replace("1.80 m", "1.60 m"))
    assert "1,8 m" in change.before.fr
    assert "1,6 m" in change.after.fr
    assert "Les crues" in change.after.en
    (change,) = found(RULE, RULE.replace('"Crue"', '"Flot"'))
    assert (change.before, change.after) == (None, None)


def test_rules_come_go_break_and_are_mended():
    other = RULE.replace("id: crue", "id: autre")
    broken = RULE.replace("1.80 m", "1.80 km/h")
    acts = {
        (RULE, RULE + other): Act.ADDED, (RULE + other, RULE): Act.REMOVED,
        (RULE, broken): Act.BROKEN, (broken, RULE): Act.MENDED,
    }  # fmt: skip
    for (before, after), act in acts.items():
        (change,) = found(before, after)
        assert change.act is act
        assert (change.after is None) == (act in (Act.REMOVED, Act.BROKEN))


def test_comments_and_layout_change_no_rule():
    assert found(RULE, f"# Comme en 2003.\n\n{RULE}") == ()


def test_a_rule_that_moves_to_another_file_is_the_same_rule():
    (change,) = changes({"gemapi/a.yaml": RULE}, {"gemapi/b.yaml": RULE}, CITY)
    assert change.said == (Text("fichier : gemapi/a.yaml → gemapi/b.yaml", "file: gemapi/a.yaml → gemapi/b.yaml"),)


TEMPLATE = """- template: haut
  about: "Une crue."
  parameters: {limit: {about: "Seuil."}}
  rule:
    title: "Crue"
    owner: gemapi
    for_each: {kind: water-level}
    when: {above: [level, $limit]}
    for: 10 min
    severity: red
    then: [{notify: {team: gemapi, message: "{point}"}}]
"""


def test_a_template_changes_the_rules_that_are_made_of_it_in_other_files():
    old = {"templates/a.yaml": TEMPLATE, "gemapi/a.yaml": "- id: crue\n  use: haut\n  with: {limit: 2 m}\n"}
    (change,) = changes(old, {**old, "templates/a.yaml": TEMPLATE.replace("10 min", "20 min")}, CITY)
    assert change.said[0].fr == "durée avant l'alerte : 10 minutes → 20 minutes"


def test_how_many_changed_is_said_in_both_languages():
    other = RULE.replace("id: crue", "id: autre")
    some = [*found(RULE, RULE + other), *found(RULE, RULE + other), *found(RULE + other, RULE)]
    assert counted(some) == Text("2 règles ajoutées, 1 règle retirée", "2 rules added, 1 rule removed")
    assert counted(()) == Text("aucune règle ne change", "no rule changes")
