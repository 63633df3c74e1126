"""A shorter flood: rules folders like the shipped one, in which ``crue`` has only the day on which the alerts begin.

Its end is in the whole, which ``vigie replay`` plays in ``make test`` and all others in ``make soak``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from shared.runtime.settings import shipped_rules

_DAYS: Final = "start: 2022-01-09\nend: 2022-01-14\n"
_THE_DAY: Final = "start: 2022-01-10\nend: 2022-01-11\n"


def one_day_of_flood(folder: Path) -> Path:
    """The folder, which is made."""
    (folder / "scenarios").mkdir(parents=True)
    for item in shipped_rules().iterdir():
        if item.name != "scenarios":
            (folder / item.name).symlink_to(item)
    text = (shipped_rules() / "scenarios" / "crue.yaml").read_text(encoding="utf-8")
    assert _DAYS in text
    (folder / "scenarios" / "crue.yaml").write_text(text.replace(_DAYS, _THE_DAY), encoding="utf-8")
    return folder
