"""Spoils a file of rules, as a slip, a bad paste or a curious hand would. One seed gives one file, always the same."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from services.rules_engine.domain.operators import NAMES
from services.rules_engine.domain.reading import LEVEL, RULE
from services.rules_engine.domain.reading_actions import LIGHT, NOTIFY
from services.rules_engine.domain.rule import Criticality, Grouping, Severity, WhenUnknown
from services.rules_engine.domain.unless import Where
from shared import documents
from shared.errors import ProblemsFound

_TOKEN: Final = re.compile(r"[\w.%\"]+(?: [\w/%]+)?")
_WORDS: Final = (
    *NAMES, *RULE, *LEVEL, *LIGHT, *NOTIFY, *Severity, *Criticality, *Grouping, *WhenUnknown, *Where,
    "kind", "of", "where", "value", "within", "by", "rule", "at", "tags", "points", "site", "var",
    "level", "laeq", "fill", "water-level", "drop-off-container", "luminaire", "quai", "astreinte",
)  # fmt: skip
_SCALARS: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 3.5, 1e308, 10**30, "", " ", "1.80 m", "1,80 m", "80 %", "-3 Cel", "2 apples", "1e999",
    "10 min", "0 s", "3 times", "0 times", "1000000 d", "99999999999999 h", "1 d", "24 h", "22:00", "25:00", "dusk",
    "dusk -30 min", "dusk +999999 d", "06-15", "02-30", "2027-06-30", "9999-12-31", "mon", "FR", "XX", "inf", "nan",
    "{point}", "{", "}}", "{level.x}", "{}", "é", "\N{ZERO WIDTH SPACE}", "\N{RIGHT-TO-LEFT OVERRIDE}", "𝔘", "a" * 300,
    "__import__('os')", "%s", "<b>", "*", "&a", "!x", "? ", ": ", "#", "|", ">", "a.rule", "gemapi.crue",
)  # fmt: skip
_MARKS: Final = tuple("{}[]:,-#&*!|>'\"%@`?\\\t \n\r\x00\x07\x1b\x85\u2028\ufeffé𝔘~=<+/0a")


def mutated(texts: Sequence[str], seed: int) -> str:
    """One of the texts, spoilt in one to four ways."""
    chance = random.Random(seed)  # noqa: S311 - a seed is to give the same file again
    text = chance.choice(texts)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 4))):
        text = chance.choice(_WAYS)(text, chance)
    return text


def _line_gone(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def _line_twice(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    line = chance.choice(lines)
    lines.insert(chance.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def _lines_swapped(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _indented_otherwise(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    index = chance.randrange(len(lines))
    lines[index] = " " * chance.randrange(9) + lines[index].lstrip() if chance.random() < 0.8 else "\t" + lines[index]
    return "\n".join(lines)


def _character(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_MARKS) + text[at + chance.randrange(2) :]


def _cut_off(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _token(text: str, chance: random.Random) -> str:
    found = list(_TOKEN.finditer(text))
    if not found:
        return text
    token = chance.choice(found)
    other = chance.choice([*_WORDS, *(str(each) for each in _SCALARS), chance.choice(found)[0]])
    return text[: token.start()] + other + text[token.end() :]


def _bracketed(text: str, chance: random.Random) -> str:
    """Something put deep inside of brackets, or left open."""
    at, depth = chance.randrange(len(text) + 1), chance.choice((1, 3, 30, 400))
    opened, closed = chance.choice((("[", "]"), ("{not: ", "}"), ("{and: [", "]}"), ("{", "")))
    return text[:at] + opened * depth + chance.choice(_WORDS) + closed * depth + text[at:]


def _rebuilt(text: str, chance: random.Random) -> str:
    """The same data with a part replaced, doubled, moved or nested, in the form that YAML shares with JSON."""
    try:
        data = documents.read(text, "f.yaml").data
    except (ProblemsFound, RecursionError):
        return _token(text, chance)
    places = list(_places(data))
    for _ in range(chance.randrange(1, 4)):
        if places:
            _change(*chance.choice(places), chance, places)
    return _written(data)


def _change(holder: Any, key: Any, chance: random.Random, places: Sequence[tuple[Any, Any]]) -> None:
    if (isinstance(holder, dict) and key not in holder) or (isinstance(holder, list) and key >= len(holder)):
        return
    way = chance.randrange(6)
    if way == 0:
        holder[key] = chance.choice(_SCALARS)
    elif way == 1:
        del holder[key]
    elif way == 2 and isinstance(holder, dict):
        holder[chance.choice(_WORDS)] = holder.pop(key)
    elif way == 3:
        other, its = chance.choice(places)
        if (isinstance(other, dict) and its in other) or (isinstance(other, list) and its < len(other)):
            holder[key] = json.loads(json.dumps(other[its]))
    elif way == 4:
        holder[key] = {chance.choice(NAMES): chance.choice((holder[key], [holder[key]], [holder[key]] * 2))}
    else:
        holder[key] = [holder[key]] * chance.randrange(4)


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in list(parts):
        yield data, key
        yield from _places(value)


def _written(data: Any) -> str:
    """JSON, each rule on a line of its own. What is written as NaN or without end there is a word in YAML."""
    if not isinstance(data, list):
        return json.dumps(data, ensure_ascii=False)
    return "".join(f"- {json.dumps(each, ensure_ascii=False)}\n" for each in data)


_WAYS: Final[tuple[Callable[[str, random.Random], str], ...]] = (
    _line_gone, _line_twice, _lines_swapped, _indented_otherwise, _character, _cut_off, _token, _token, _bracketed,
    _rebuilt, _rebuilt, _rebuilt, _rebuilt,
)  # fmt: skip
