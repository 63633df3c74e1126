"""Rendered once for all tests of this folder."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.tools import ROOT, documents, done, template, tool

PRODUCTION = Path(__file__).parent / "production.yaml"
DEVELOPMENT = ROOT / "k8s" / "dev" / "values.yaml"


@pytest.fixture(scope="session")
def production() -> list[dict[str, Any]]:
    """The chart as a metropolis would have it, with all that is optional."""
    return template(PRODUCTION)


@pytest.fixture(scope="session")
def development() -> list[dict[str, Any]]:
    """The chart on the development stack."""
    return template(DEVELOPMENT)


@pytest.fixture(scope="session")
def stack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of ``k8s`` (and of what it refers to) with secrets of its own; the checkout's are not touched."""
    folder = tmp_path_factory.mktemp("stack")
    shutil.copytree(ROOT / "helm" / "vigie" / "files", folder / "helm" / "vigie" / "files")
    shutil.copytree(
        ROOT / "k8s", folder / "k8s", ignore=lambda where, names: names if where.endswith("secrets") else []
    )
    done(sys.executable, ROOT / "k8s" / "dev" / "make_secrets.py", folder / "k8s" / "dev" / "secrets")
    return folder / "k8s"


@pytest.fixture(scope="session")
def stack(stack_folder: Path) -> list[dict[str, Any]]:
    """The development stack's resources."""
    return documents(done(tool("kubectl"), "kustomize", stack_folder / "dev"))
