"""Which rules folder a city follows: whoever forgets to name it again must not have another one put in its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from shared.errors import InputError

FILE: Final = "rules-folder"
_SETTING: Final = "VIGIE_RULES_DIR"


class OtherRules(InputError):
    """The city has rules and an inventory of its own, and would be given those that are shipped."""

    def __init__(self, followed: Path, shipped: Path) -> None:
        super().__init__(
            f"Cette ville suit le dossier de règles {followed}, et {_SETTING} ne le nomme pas : les règles et "
            f"l'inventaire livrés prendraient la place des siens. Rien n'a démarré. Écrivez {_SETTING}={followed} ; "
            f"ou, pour prendre ce qui est livré, {_SETTING}={shipped}.\n"
            f"This city follows the rules folder {followed}, and {_SETTING} does not name it: the shipped rules and "
            f"inventory would take the place of its own. Nothing was started. Write {_SETTING}={followed}; or, to take "
            f"what is shipped, {_SETTING}={shipped}."
        )


def follow(rules: Path, data: Path, environment: Mapping[str, str]) -> None:
    """Note in the data folder which rules folder the city follows from now on.

    The shipped one is noted as none: after an update of Vigie it lies elsewhere, and is followed all the same. A folder
    that is named is meant, whichever was followed before.

    Raises:
        OtherRules: none is named, and the city has followed another one than the shipped.
    """
    note = data / FILE
    if _is_named(environment):
        note.write_text(f"{rules.resolve()}\n", encoding="utf-8")
        return
    if note.exists():
        followed = Path(note.read_text(encoding="utf-8").strip())
        if followed != rules.resolve():
            raise OtherRules(followed, rules)
        note.unlink()


def _is_named(environment: Mapping[str, str]) -> bool:
    return any(name in environment for name in (_SETTING, f"{_SETTING}_FILE"))
