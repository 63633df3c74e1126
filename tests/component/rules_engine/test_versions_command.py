"""``vigie rules apply, history, diff, rollback`` against a running city."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.console.application import application
from tests.component.rules_engine.conftest import KEY, River, rule

Vigie = Callable[..., tuple[int, str]]


@pytest.fixture
def vigie(river: River, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vigie:
    """A function that runs ``vigie rules``: exit code and what it printed."""
    monkeypatch.delenv("VIGIE_OPERATOR_KEY", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    key = tmp_path / "operator.key"
    key.write_text(KEY)
    where = ["--url", "http://{}:{}".format(*river.city.address), "--key-file", str(key)]

    def run(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(application, ["rules", *map(str, arguments), *where])
        return result.exit_code, result.output

    return run


@pytest.fixture
def checkout(river: River, tmp_path: Path) -> Path:
    """A checkout of git with the city's rules."""
    folder = tmp_path / "checkout" / "rules"
    shutil.copytree(river.folder, folder)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-m", "x")
    return folder


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_rules_are_put_into_force_seen_compared_and_taken_back(vigie: Vigie, river: River, checkout: Path) -> None:
    assert "révision 1 reste en vigueur" in vigie("apply", checkout, "-m", "rien")[1]
    (checkout / "gemapi" / "rules.yaml").write_text(rule(limit="1.6 m"))
    code, output = vigie("apply", checkout, "--reason", "seuil d'automne", "--dry-run", "--as", "lucie")
    assert (code, "Serait mis en vigueur" in output) == (0, True)
    assert "seuil (Hauteur à l'échelle) : 2 m → 1,6 m" in output
    assert river.limits() == {"gemapi.crue": 2.0}
    code, output = vigie("apply", checkout, "--reason", "seuil d'automne", "--as", "lucie")
    assert (code, "En vigueur : révision 2" in output) == (0, True), output
    assert river.limits() == {"gemapi.crue": 1.6}
    code, output = vigie("rollback", "1", "--reason", "trop d'alertes")
    assert (code, "En vigueur : révision 3" in output) == (0, True), output
    code, output = vigie("history")
    lines = [re.split(r"\s*│\s*", line) for line in output.splitlines() if re.match(r"│ \d", line)]
    assert [(cells[1], cells[3], cells[4]) for cells in lines[1:]] == [
        ("2", "operator:lucie", "seuil d'automne"),
        ("1", "vigie", "first start"),
    ]
    assert lines[0][4] == "trop d'alertes (← 1)"
    code, output = vigie("diff", "1", "2")
    assert (code, "1 règle modifiée / 1 rule changed" in output) == (0, True)
    assert "avant / before" in output


def test_the_git_revision_is_kept_and_marked_if_the_folder_was_changed_since(
    vigie: Vigie, river: River, checkout: Path
) -> None:
    head = git(checkout, "rev-parse", "HEAD")
    (checkout / "gemapi" / "rules.yaml").write_text(rule(limit="1.6 m"))
    assert vigie("apply", checkout, "-m", "essai")[0] == 0
    git(checkout, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-a", "-m", "y")
    (checkout / "gemapi" / "more.yaml").write_text(rule("gemapi.more"))
    git(checkout, "add", ".")
    git(checkout, "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "-m", "z")
    assert vigie("apply", checkout / "gemapi", "-m", "essai")[0] == 0
    kept = [item["git_revision"] for item in river.rpc.rules_engine.revisions()["revisions"]]
    assert kept == [git(checkout, "rev-parse", "HEAD"), f"{head}+", None]


def test_what_is_refused_is_shown_at_its_place_and_changes_nothing(
    vigie: Vigie, river: River, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout.parent)
    (checkout / "gemapi" / "rules.yaml").write_text(rule(limit="1 m") + rule("gemapi.b").replace("astreinte", "nobody"))
    code, output = vigie("apply", "rules", "-m", "essai")
    assert code == 1
    assert "error[unknown-team]" in output
    assert "--> rules/gemapi/rules.yaml:" in output
    assert "✗ gemapi.crue" in output
    assert "Refusé : la révision 1 reste en vigueur" in output
    assert river.limits() == {"gemapi.crue": 2.0}
    code, output = vigie("history")
    assert (code, "Refusé depuis" in output, "unknown-team" in output) == (0, True, True)
    (checkout / "gemapi" / "rules.yaml").write_text(rule())
    assert vigie("apply", "rules", "-m", "essai", "--as", "jean")[0] == 0
    assert "Refusé depuis" in vigie("history")[1]  # it was not his
    assert vigie("apply", "rules", "-m", "essai")[0] == 0
    assert "Refusé depuis" not in vigie("history")[1]


def test_of_a_rule_that_was_removed_it_is_said_which_revision_did_when_and_by_whom(
    vigie: Vigie, river: River, checkout: Path
) -> None:
    file = checkout / "gemapi" / "rules.yaml"
    file.write_text(rule() + rule("gemapi.autre"))
    assert vigie("apply", checkout, "-m", "deux règles")[0] == 0
    file.write_text(rule("gemapi.autre"))
    assert vigie("apply", checkout, "-m", "une de trop", "--as", "lucie")[0] == 0
    file.write_text(rule("gemapi.autre", title="Autre"))
    assert vigie("apply", checkout, "-m", "un titre")[0] == 0
    said = {
        "fr": (
            "La règle « gemapi.crue » n'existe plus : la révision 3 l'a retirée le samedi 10 janvier 2026 à 13 h 00 "
            "(operator:lucie : une de trop)."
        ),
        "en": (
            "The rule “gemapi.crue” is no more: revision 3 removed it on Saturday 10 January 2026 at 13:00 "
            "(operator:lucie: une de trop)."
        ),
    }
    now = river.rpc.rules_engine.why_not("gemapi.crue", "garonne-toulouse")
    assert (now["reasons"], now["said"]) == (["removed"], said)
    before = river.rpc.rules_engine.why_not("gemapi.crue", "garonne-toulouse", "2026-01-10 12:00")
    assert before["said"] == said
    never = river.rpc.rules_engine.why_not("gemapi.jamais", "garonne-toulouse")
    assert never["reasons"] == ["unknown-rule"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["apply", "nowhere", "-m", "x"],
            "n'est pas un dossier : nommez le dossier de règles, ou celui d'une direction / is no folder",
        ),
        (["apply", "EMPTY", "-m", "x"], "aucun fichier de règles"),
        (["rollback", "9", "-m", "x"], "aucune révision '9' / no revision '9'"),
        (["rollback", "1", "-m", " "], "dites pourquoi les règles changent"),
        (["diff", "1", "9"], "aucune révision '9' / no revision '9'"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(vigie: Vigie, tmp_path: Path, arguments: list[str], said: str) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    code, output = vigie(*(str(empty) if each == "EMPTY" else each for each in arguments))
    assert (code, said in output) == (1, True), output


def test_a_copied_folder_under_another_name_is_one_sentence(vigie: Vigie, river: River, checkout: Path) -> None:
    shutil.copytree(checkout / "gemapi", checkout / "gemapi-copie")
    said = "le dossier 'gemapi-copie' est une copie du dossier 'gemapi' : 1 règle(s) y portent les mêmes noms"
    for folder in (checkout / "gemapi-copie", checkout):
        code, output = vigie("apply", folder, "-m", "essai")
        assert (code, output.startswith(said), "duplicate-id" in output) == (1, True, False), output
    shutil.rmtree(checkout / "gemapi")
    code, output = vigie("apply", checkout, "-m", "la direction change de nom")
    assert (code, "En vigueur : révision 2" in output) == (0, True), output


def test_teams_with_a_wrong_number_go_nowhere(vigie: Vigie, checkout: Path) -> None:
    teams = checkout / "teams.yaml"
    text = teams.read_text(encoding="utf-8")
    teams.unlink()
    teams.write_text(text.replace("+33 6 39 98 01 01", "0639", 1), encoding="utf-8")
    code, output = vigie("apply", checkout, "-m", "x")
    assert (code, "[phone]" in output) == (1, True), output


def test_a_city_without_an_operators_key_is_shut(open_river: Callable[..., Any]) -> None:
    with open_river(key=None) as shut:
        status, answer = shut.ask("GET", "revisions")
        assert (status, "VIGIE_OPERATOR_KEY" in answer["detail"]) == (403, True)
