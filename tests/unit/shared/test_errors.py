"""Who is refused reads why in French first, with English beside it."""

from __future__ import annotations

import re
from pathlib import Path

from shared.errors import Forbidden, NotFound

ROOT = Path(__file__).resolve().parents[3]
_RAISED = re.compile(r"NotFound\(\"([^\"]+)\"")


def test_what_there_is_not_is_said_in_both_languages() -> None:
    assert str(NotFound("revision", "9")) == "aucune révision '9' / no revision '9'"
    assert str(Forbidden("lucie", "apply rules")) == "lucie n'en a pas le droit / lucie may not apply rules"


def test_everything_that_may_be_missing_has_a_french_name() -> None:
    sources = [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared").rglob("*.py")]
    missing = {what for file in sources for what in _RAISED.findall(file.read_text(encoding="utf-8"))}
    assert len(missing) > 10
    assert [what for what in sorted(missing) if "rien de tel" in str(NotFound(what, "x"))] == []
