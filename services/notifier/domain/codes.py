"""Codes of incidents and silences: short, so that people can say and write them, and each means one thing at a time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Final

RESTS: Final = timedelta(days=7)
"""So long after somebody was told of an incident that is over, its code is not given to another."""

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of which codes are made."""

_LENGTH: Final = 4
_BARE: Final = re.compile(f"[{LETTERS}]{{4,6}}")
_TURNS_OF_A_LENGTH: Final = 8
"""So many codes are tried before they grow by a letter. With ten thousand in use, one in eighty is taken: an incident
in some 10^15 gets five letters."""


def code_of(named: str, turn: int = 0) -> str:
    """The code of an id, like ``V-7K3Q``: no letter or digit that is taken for another (0 O, 1 I L, U V).

    Args:
        turn: which of the codes that it may have, where others have the first ones.
    """
    spoken = named if turn == 0 else f"{named}|{turn}"
    number = int.from_bytes(hashlib.sha256(spoken.encode()).digest()[:8])
    letters = []
    for _ in range(_LENGTH + turn // _TURNS_OF_A_LENGTH):
        number, index = divmod(number, len(LETTERS))
        letters.append(LETTERS[index])
    return "V-" + "".join(letters)


def code_written(text: str) -> str:
    """The code that is meant by ``v-7k3q`` or ``7K3Q``, as it may be written in an answer by text message; any other
    text as it is."""
    bare = text.strip().upper()
    return f"V-{bare}" if _BARE.fullmatch(bare) else bare if bare.startswith("V-") else text


def free_codes(ids: Iterable[str], in_use: Callable[[Collection[str]], Collection[str]]) -> dict[str, str]:
    """A code for each of these ids, no two the same, and none in use; the same ones if nothing changed.

    Args:
        in_use: which of these codes are; asked once, and again for those alone that have to take another turn.
    """
    chosen: dict[str, str] = {}
    left, turn = sorted(set(ids)), 0
    while left:
        wanted = {one: code_of(one, turn) for one in left}
        taken = {*in_use(sorted(set(wanted.values()))), *chosen.values()}
        for one, code in wanted.items():
            if code not in taken:
                chosen[one] = code
                taken.add(code)
        left, turn = [one for one in left if one not in chosen], turn + 1
    return chosen
