"""Makes whole rules of what the guide shows in parts, and checks them as ``vigie rules check`` does."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.notifier.domain.loading import load_teams
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import Loaded, load
from services.rules_engine.domain.rule import Rule
from services.rules_engine.providers import rule_files
from shared import documents
from shared.model.registry import Inventory, Property
from shared.problems import Problem
from tests.guide import ROOT

RULES = ROOT / "rules"
_LEVEL = ("when", "severity", "then")


@cache
def inventory() -> Inventory:
    """The city that is shipped."""
    return load_inventory(read_folder(RULES))


@cache
def known() -> Known:
    """What shipped rules are checked against."""
    return Known(inventory(), frozenset(load_teams((RULES / "teams.yaml").read_text("utf-8"), "teams.yaml").by_id))


@cache
def shipped() -> dict[str, Rule]:
    """The shipped rules by id; rules of the guide may give way to them."""
    found = [load(file.read_text("utf-8"), str(file), known()) for file in rule_files(RULES)]
    return {rule.id: rule for each in found for rule in each.rules}


def checked(text: str, file: str) -> Loaded:
    """The rules of a text and all problems of them."""
    return load(text, file, known())


def said(problems: Iterable[Problem], *, places: bool) -> str:
    """The problems as they are printed; of parts of a rule without places, which are those of the whole."""
    return "\n".join(str(each) if places else _without_place(each) for each in problems)


def _without_place(problem: Problem) -> str:
    return str(problem).split(": ", 1)[1]


def completed(parts: str, notes: dict[str, str]) -> str:
    """Parts of a rule with all that a rule needs, over the points that the notes name."""
    written = "".join(f"  {line}\n" for line in parts.splitlines())
    own = documents.read(parts, "parts").data
    lines = [f"- id: guide.exemple\n{written}"]
    lines += [f"  {name}: {value}\n" for name, value in _usual(own, notes).items() if name not in own]
    return "".join(lines)


def _usual(own: dict[str, object], notes: dict[str, str]) -> dict[str, str]:
    usual = {"title": "Exemple", "owner": "gemapi"}
    kind, grouped = notes.get("over") or notes["across"], "across" in notes
    if not {"for_each", "across"} & own.keys():
        usual["across" if grouped else "for_each"] = f"{{kind: {kind}}}"
    if "levels" in own:
        return usual
    lets = own.get("let")
    told = " ".join(f"{{{name}}}" for name in (lets if isinstance(lets, dict) else {}))
    return usual | {
        "when": f"{{at_least: [{{how_many: {{where: {_condition(kind)}}}}}, 1]}}" if grouped else _condition(kind),
        "severity": "info",
        "then": f'[{{notify: {{team: gemapi-hydrologie, message: "{{point}} {told}"}}}}]',
    }


def _condition(kind: str) -> str:
    name, own = next(iter(known().kinds[kind].properties.items()))
    return f"{{at_least: [{name}, {_middle(own)}]}}"


def _middle(own: Property) -> str:
    return f'"{(own.minimum + own.maximum) / 2:.10g} {own.unit}"'


def example(code: str) -> str:
    """Parts of a rule in which a condition or a value has a name, and is asked for."""
    return f'let:\n  exemple: {{{code}}}\nwhen: {{"!!": [{{var: exemple}}]}}\n'


LINE_OF_EXAMPLE = 3
"""Where the code of an example stands in the completed rule."""
