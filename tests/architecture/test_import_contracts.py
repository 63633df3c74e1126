"""The directions of the design hold, and the contracts notice when they don't."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environment = {"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The packages and their contracts, to be broken."""
    for name in ("services", "shared"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_hold() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        pytest.param(
            "services/telemetry/domain/judging.py", "import nameko.rpc", "A domain does no I/O", id="domain-and-nameko"
        ),
        pytest.param(
            "services/notifier/domain/people/team.py",
            "from services.telemetry.domain import judging",
            "Services never import each other",
            id="service-and-service",
        ),
        pytest.param(
            "services/telemetry/domain/judging.py",
            "from shared.runtime import providers",
            "A domain does no I/O",
            id="domain-and-nameko-through-the-runtime",
        ),
        pytest.param("shared/units.py", "import services.telemetry", "shared never imports", id="shared-and-service"),
        pytest.param(
            "services/telemetry/domain/judging.py",
            "from services.telemetry.storage import tables",
            "Shell, then use-cases",
            id="domain-and-storage",
        ),
        pytest.param(
            "services/telemetry/use_cases/take_claims.py",
            "import eventlet",
            "nameko, kombu and eventlet stay in shells",
            id="use-case-and-eventlet",
        ),
    ],
)
def test_contract_notices_an_import_against_the_direction(copy: Path, module: str, line: str, contract: str) -> None:
    file = copy / module
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("from __future__ import annotations\n", f"from __future__ import annotations\n{line}\n", 1)
    )
    result = lint_imports(copy)
    assert result.returncode != 0
    broken = [told for told in result.stdout.splitlines() if told.endswith("BROKEN")]
    assert any(contract in told for told in broken), result.stdout
