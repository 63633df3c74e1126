"""Makes whole rules of what the guide shows in parts, and checks them as ``vigie rules check`` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from services.console.checking import Report
from services.console.problem_printing import as_text, closing
from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.notifier.domain.people.loading_teams import load_teams
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import Loaded, load, templates_in, together
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.templating import Template
from services.rules_engine.sources.rules_folder import rule_files
from shared import documents
from shared.model.registry import Inventory, Property
from shared.problems import Problem
from tests.guide import PAGES, ROOT, blocks_of

RULES = ROOT / "rules"
MY_FILE = "rules/gemapi/ma-premiere-regle.yaml"
"""Where the reader of the guide writes."""
TODAY = date(2026, 1, 12)


@dataclass(frozen=True)
class Checked:
    """What became of a text: its rules without an error, and all problems of them."""

    text: str
    file: str
    rules: tuple[Rule, ...]
    problems: tuple[Problem, ...]

    def but(self, *slugs: str) -> Sequence[Problem]:
        """The problems, but for those of these names."""
        return [problem for problem in self.problems if problem.slug not in slugs]

    def said(self, *but: str) -> str:
        """What ``vigie rules check`` prints of them, with its last line."""
        problems = tuple(self.but(*but))
        report = Report(1, len(self.rules), problems, {self.file: self.text})
        return f"{as_text(problems, report.texts).plain}{closing(report)}"


@cache
def inventory() -> Inventory:
    """The city that is shipped."""
    return load_inventory(read_folder(RULES))


@cache
def known() -> Known:
    """What rules are checked against: the shipped city, teams and templates, and the templates of the guide."""
    teams = load_teams((RULES / "teams.yaml").read_text("utf-8"), "teams.yaml").by_id
    return Known(inventory(), frozenset(teams), TODAY, templates())


@cache
def templates() -> dict[str, Template]:
    """Those that are shipped and those that the guide shows."""
    shown = {block.place: block.text for page in PAGES for block in blocks_of(page) if block.language == "yaml"}
    return templates_in({str(file): file.read_text("utf-8") for file in rule_files(RULES)} | shown)


@cache
def _beside() -> tuple[Loaded, ...]:
    return tuple(load(file.read_text("utf-8"), str(file), known()) for file in rule_files(RULES))


@cache
def shipped() -> dict[str, Rule]:
    """The shipped rules by id; rules of the guide may give way to them."""
    return {rule.id: rule for each in _beside() for rule in each.rules}


def checked(text: str, file: str) -> Checked:
    """The rules of a text, checked as they would be if the shipped rules stood beside it."""
    loaded = load(text, file, known())
    beside = [problem for problem in together([loaded, *_beside()], known()) if problem.file == file]
    found = sorted({*loaded.problems, *beside}, key=lambda each: (each.span.line, each.span.column, each.slug))
    return Checked(text, file, loaded.rules, tuple(found))


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
    """Parts of a rule in which a condition or a value has a name."""
    return f"let:\n  exemple: {{{code}}}\n"


LINE_OF_EXAMPLE = 3
"""Where the code of an example stands in the completed rule."""
