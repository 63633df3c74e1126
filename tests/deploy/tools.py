"""The programs that the tests of this folder call, each named where it is missing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

ROOT: Final = Path(__file__).resolve().parents[2]
CHART: Final = ROOT / "helm" / "vigie"
KUBERNETES: Final = "1.33"
"""What is rendered for and validated against."""

_HELM: Final = "helm.sh/helm/v3/cmd/helm@latest"
_HOW: Final = {
    "kubectl": "see kubernetes.io/docs/tasks/tools",
    "promtool": "Debian, Ubuntu: apt-get install prometheus",
    "helm": f"see helm.sh/docs/intro/install, or install Go: the tests then build it once with go install {_HELM}",
}
_LIMIT_S: Final = 120
_BUILD_LIMIT_S: Final = 900


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; what it said is in the result."""
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=_LIMIT_S, check=False)


def done(*words: str | Path) -> str:
    """Run a program that must succeed; its output."""
    result = run(*words)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def tool(name: str) -> str:
    """The path of a program; without it the test is skipped by its name."""
    found = _helm() if name == "helm" else shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is missing: {_HOW[name]}")
    return found


def documents(text: str) -> list[dict[str, Any]]:
    """The resources of a stream of YAML."""
    return [item for item in yaml.safe_load_all(text) if item]


def template(*values: Path | str) -> list[dict[str, Any]]:
    """The chart's resources, rendered with files of values and with settings like ``image.tag=1``."""
    return documents(done(*helm_template(*values)))


def helm_template(*values: Path | str) -> Sequence[str]:
    """The command that renders the chart."""
    options = [word for item in values for word in ("--values" if isinstance(item, Path) else "--set", str(item))]
    return [tool("helm"), "template", "vigie", str(CHART), "-n", "vigie", "--kube-version", f"{KUBERNETES}.0", *options]


@cache
def _helm() -> str | None:
    """An installed helm; or else the one that Go builds, once for all checkouts of this machine."""
    folder = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "vigie-tests"
    places = (shutil.which("helm"), folder / "helm", Path.home() / "go" / "bin" / "helm")
    found = next((str(place) for place in places if place and Path(place).exists()), None)
    return found or _built(folder)


def _built(folder: Path) -> str | None:
    go = shutil.which("go")
    if go is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "helm").exists():
            sys.stderr.write("\nhelm is not installed: building it with Go, once; about two minutes ...\n")
            _build(go, folder)
    return str(folder / "helm") if (folder / "helm").exists() else None


def _build(go: str, folder: Path) -> None:
    environment = {**os.environ, "GOBIN": str(folder)}
    try:
        subprocess.run([go, "install", _HELM], env=environment, timeout=_BUILD_LIMIT_S, check=True)
    except subprocess.SubprocessError as error:
        sys.stderr.write(f"helm could not be built: {error}\n")
