"""Text: put together, and cut out. What is unknown in it makes it unknown, and so does a length beyond all use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from services.rules_engine.domain.coercion import text_of
from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.terms import FREE, Arity, Call, Constant, Operator, Sort, Term, Type, Words

TEXT: Final = Type(Sort.TEXT)
LONGEST: Final = 10_000
"""Characters: a text that doubles with every step of ``reduce`` stops here."""
_TWO_OR_THREE: Final = Arity(2, 3)


@dataclass(frozen=True)
class Cat:
    """``cat``: its arguments as one text. Numbers are told as JavaScript does, truths as ``true`` and ``false``."""

    names: tuple[str, ...] = ("cat",)
    arity: Arity = FREE
    takes: Sort = Sort.TEXT
    one_unit: bool = False
    compares: bool = False
    words: Words = field(default_factory=lambda: {"fr": "{all} mis bout à bout", "en": "{all} joined together"})

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return TEXT, tuple(_as_written(argument) for argument in arguments)

    def value(self, code: Writer, call: Call) -> Atom:
        texts = [_text(code, argument) for argument in call.arguments]
        parts = "".join(f"{text.name}, " for text in texts)
        return Atom(code.when_known(f"{code.constant(joined)}(({parts}))", texts).name)

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.TEXT)


@dataclass(frozen=True)
class Substr:
    """``substr``: from a character on, so many characters; a negative start counts from the end, and a negative
    length leaves so many out at the end. Characters are those of Unicode, each of them one."""

    names: tuple[str, ...] = ("substr",)
    arity: Arity = _TWO_OR_THREE
    takes: Sort = Sort.TEXT
    one_unit: bool = False
    compares: bool = False

    @property
    def words(self) -> Words:
        return {
            "fr": "l'extrait de {0} à partir du caractère {1}, de longueur {2}",
            "en": "the part of {0} from character {1} on, of length {2}",
        }

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return TEXT, (_as_written(arguments[0]), *arguments[1:])

    def value(self, code: Writer, call: Call) -> Atom:
        atoms = [_text(code, call.arguments[0]), *(code.number(argument) for argument in call.arguments[1:])]
        names = ", ".join(atom.name for atom in atoms)
        return code.when_known(f"{code.constant(cut)}({names})", atoms)

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), Sort.TEXT)


def joined(parts: Sequence[str]) -> str | None:
    """The parts as one text; unknown if that is too long."""
    return None if sum(map(len, parts)) > LONGEST else "".join(parts)


def cut(text: str, start: float, length: float | None = None) -> str:
    """The characters from ``start`` on."""
    rest = text[int(start) :]
    if length is None:
        return rest
    return rest[: max(int(len(rest) + length), 0)] if length < 0 else rest[: int(length)]


def _text(code: Writer, term: Term) -> Atom:
    atom = code.value(term)
    return atom if term.type.sort is Sort.TEXT else code.put(f"{code.constant(text_of)}({atom.name})")


def _as_written(term: Term) -> Term:
    """Where text is meant, ``2 m`` is that text and no quantity."""
    if isinstance(term, Constant) and term.type.unit is not None:
        return replace(term, value=term.written, type=TEXT)
    return term


OPERATORS: Final[tuple[Operator, ...]] = (Cat(), Substr())
