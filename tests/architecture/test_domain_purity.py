"""A domain imports what this list allows and nothing else: no I/O, no clock, no framework."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Pure libraries, each for the one domain that needs it.
LIBRARIES = {"lighting_controller": {"astral", "holidays"}, "rules_engine": {"astral", "holidays", "jsonlogic"}}
IMPURE = frozenset(
    {
        "asyncio",
        "ftplib",
        "http",
        "imaplib",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "poplib",
        "queue",
        "random",
        "select",
        "selectors",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "socketserver",
        "sqlite3",
        "ssl",
        "subprocess",
        "tempfile",
        "threading",
        "time",
        "urllib",
    }
)
# Takes addresses apart and asks nobody.
PURE = frozenset({"urllib.parse"})
DOMAINS = sorted((ROOT / "services").glob("*/domain"))


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def is_allowed(module: str, service: str) -> bool:
    root = module.partition(".")[0]
    if root == "services":
        return module.startswith(f"services.{service}.domain")
    if root == "shared":
        return not module.startswith("shared.runtime")
    if root in {"msgspec", *LIBRARIES.get(service, ())}:
        return True
    return module in PURE or (root in sys.stdlib_module_names and root not in IMPURE)


def test_every_service_has_a_domain() -> None:
    assert len(DOMAINS) == 6


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.parent.name)
def test_a_domain_imports_only_what_is_allowed(domain: Path) -> None:
    service = domain.parent.name
    found = {
        f"{file.relative_to(ROOT)}: {module}"
        for file in domain.rglob("*.py")
        for module in imports(file)
        if not is_allowed(module, service)
    }
    assert found == set()


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.parent.name)
def test_a_domain_reads_no_clock(domain: Path) -> None:
    found = [
        str(file.relative_to(ROOT))
        for file in domain.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "utcnow", "today"}
        if isinstance(node.value, ast.Name) and node.value.id in {"datetime", "date"}
    ]
    assert found == []
