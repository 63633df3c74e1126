"""The JSON Schema for editors: what is right passes, slips don't, and it refuses nothing that the engine would take."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from services.rules_engine.domain.operators import NAMES, READERS
from services.rules_engine.domain.reading import LEVEL, RULE
from services.rules_engine.domain.reading_actions import LIGHT, NOTIFY
from services.rules_engine.domain.schema import schema
from services.rules_engine.domain.selectors import NARROWING
from services.rules_engine.sources.rules_folder import rule_files
from shared import documents
from shared.runtime.settings import shipped_rules
from tests.rules.spoiling import MUTATIONS, Spoilt

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = schema()
VALIDATOR = Draft202012Validator(SCHEMA)
RIGHT = """\
- id: a.rule
  title: "Titre"
  owner: gemapi
  for_each: {kind: water-level}
  when: {above: [level, 2 m]}
  severity: red
  then:
    - notify: {team: astreinte, message: "{point}"}
"""


def faults(text: str) -> list[str]:
    """What an editor would underline, as paths."""
    data = documents.read(text, "f.yaml").data
    return [error.json_path for error in VALIDATOR.iter_errors(data)]


def test_it_is_a_schema_and_the_same_each_time() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert json.dumps(schema()) == json.dumps(SCHEMA)


@pytest.mark.parametrize("file", rule_files(shipped_rules()), ids=lambda file: file.stem)
def test_shipped_rules_pass(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", ["tests/rules/right.yaml", "docs/guide-des-regles.md", "README.md"])
def test_rules_that_are_shown_pass(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = [text] if page.endswith(".yaml") else re.findall(r"```yaml\n(- id:.*?)```", text, re.DOTALL)
    assert blocks
    for block in blocks:
        assert faults(block) == []


SLIPS = [
    ("severity: red", "severty: red", "a word misspelt"),
    ("severity: red", "severity: crimson", "a word that is none of the list"),
    ("  owner: gemapi\n", "", "a word left out"),
    ("a.rule", "A Rule", "an id with capitals"),
    ("above:", "abvoe:", "an operator misspelt"),
    ("{above: [level, 2 m]}", "[{above: [level, 2 m]}]", "a list for a condition"),
    ("{above: [level, 2 m]}", "{above: [level, 2 m], below: [level, 3 m]}", "two operators in one place"),
    ("[level, 2 m]", "[level]", "an argument left out"),
    ("{above: [level, 2 m]}", "{above: [{avg_over: [level]}, 2 m]}", "a window without its while"),
    ("{above: [level, 2 m]}", "{above: [{avg_over: [level, 1 hour]}, 2 m]}", "a while in no unit"),
    ("{above: [level, 2 m]}", '{time_between: ["22h", "06:00"]}', "a time that is none"),
    ("{above: [level, 2 m]}", "{weekday: [samedi]}", "a day in another language"),
    ("{above: [level, 2 m]}", "{above: [{how_many: {wehre: {changed: level}}}, 1]}", "a question misspelt"),
    ("when:", "for: 10\n  when:", "a hold without its unit"),
    ("when:", "levels: []\n  when:", "one level and several"),
    ("when:", "across: {kind: water-level}\n  when:", "each and together"),
    ("when:", "active: {above: [level, 2]}\n  when:", "what is no calendar"),
    ("when:", "unless: {rule: b.rule, where: area}\n  when:", "a word of unless misspelt"),
    ("{kind: water-level}", "{area: berges}", "points of no kind"),
    ("- notify:", "- notfy:", "an action misspelt"),
    ("team: astreinte, ", "", "nobody to tell"),
    ('"{point}"', "{point}", "braces without quotes"),
    (
        "- notify: {team: astreinte, message",
        "- light: {group: quai, level: 50 %, at_most",
        "a light without its reason",
    ),
]


TEMPLATES = """\
- template: silent
  about: "Silence"
  parameters: {patience: {about: "Silence", default: 1 h}, kind: {}}
  rule:
    for_each: {kind: $kind}
    when: {absent_for: $patience}
    severity: minor
    then: [{notify: {team: astreinte, message: "{point}"}}]
- {id: a.silent, title: "Muet", owner: gemapi, use: silent, with: {kind: water-level}, severity: red}
"""


def test_templates_and_rules_that_are_made_of_them_pass() -> None:
    assert faults(TEMPLATES) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('about: "Silence"\n', 'abuot: "Silence"\n'),
        ("default: 1 h", "defualt: 1 h"),
        ("    when:", "    whne:"),
        ("template: silent", "template: [silent]"),
        ("with: {kind: water-level}", "with: water-level"),
        ("severity: red", "severity: crimson"),
        ("{id: a.silent, ", "{"),
    ],
)
def test_slips_in_templates_do_not_pass(right: str, wrong: str) -> None:
    assert right in TEMPLATES
    assert faults(TEMPLATES.replace(right, wrong, 1)) != []


def test_the_rule_that_slips_are_made_of_passes() -> None:
    assert faults(RIGHT) == []


@pytest.mark.parametrize(("right", "wrong"), [slip[:2] for slip in SLIPS], ids=[slip[2] for slip in SLIPS])
def test_slips_do_not_pass(right: str, wrong: str) -> None:
    assert right in RIGHT
    assert faults(RIGHT.replace(right, wrong)) != []


def test_every_word_is_there_with_what_it_means() -> None:
    known = SCHEMA["$defs"]
    assert set(known["rule"]["properties"]) == set(RULE)
    assert set(known["level"]["properties"]) == set(LEVEL)
    assert set(known["selector"]["properties"]) == {"kind", *NARROWING}
    assert set(known["condition"]["properties"]) == set(NAMES)
    actions = known["action"]["properties"]
    assert (set(actions["notify"]["properties"]), set(actions["light"]["properties"])) == (set(NOTIFY), set(LIGHT))
    described = [known["rule"], known["selector"], known["condition"], *actions.values()]
    for part in described:
        assert all(" / " in each["description"] for each in part["properties"].values())


@pytest.mark.parametrize("name", list(READERS))
def test_the_example_of_a_reader_is_in_its_description_and_passes(name: str) -> None:
    example = READERS[name].example
    assert example in SCHEMA["$defs"]["condition"]["properties"][name]["description"]
    condition = Draft202012Validator({"$ref": "#/$defs/condition", "$defs": SCHEMA["$defs"]})
    assert condition.is_valid(documents.read(example, "f.yaml").data)


def test_it_refuses_no_rule_that_the_engine_takes(spoilt: Callable[[int], Spoilt]) -> None:
    """What tests must be is said where tests are read."""
    taken = [rule.place for seed in range(MUTATIONS) for rule in spoilt(seed).rules]
    written = [{**place.document.data[place.path[0]], "tests": []} for place in taken]
    assert len(written) > MUTATIONS / 2
    for rule in written:
        assert not list(VALIDATOR.iter_errors([rule])), rule
