"""``var``: a property of the point by its name, or what lies in plain data or in an element of a list.

A second argument stands in where the value is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.rules_engine.domain.coercion import Data, number_in_text
from services.rules_engine.domain.generating import Atom, Writer
from services.rules_engine.domain.literal import finite
from services.rules_engine.domain.operators.aligning import aligned
from services.rules_engine.domain.scopes import Scope
from services.rules_engine.domain.terms import ANY, ONE, Arity, Call, Constant, Sort, Term, Type, Variable, Words
from shared.documents import Path

NAME: Final = "var"
_LONGEST_INDEX: Final = 9


def variable(name: str, default: Sequence[Term], types: Mapping[str, Type], path: Path) -> Variable:
    """The variable of that name; one that the kind doesn't have is left for ``unknown-property`` to name."""
    own = Variable(name, types.get(name, ANY), path)
    if not default:
        return own
    kind, fallback = _standing_in(own, default[0])
    return Variable(name, kind, path, fallback)


def read(name: Data | Term, default: Sequence[Term], scope: Scope, path: Path) -> Call:
    """What lies in a scope under a name, which may be one that is worked out; nothing, ``""``: the whole."""
    worked_out = (name,) if isinstance(name, Variable | Call) else ()
    steps = None if worked_out else steps_of(name)
    found = ANY if steps is None else scope.find(steps)
    operator = Read(steps, found is not None, bool(default))
    own = Call(operator, NAME, worked_out, found or ANY, path)
    if not default:
        return own
    kind, fallback = _standing_in(own, default[0])
    return Call(operator, NAME, (*worked_out, fallback), kind, path)


@dataclass(frozen=True)
class Read:
    """``var`` where it isn't a property; its arguments are the name, if that is worked out, and the default.

    Attributes:
        steps: from the scope to the value; None: the name is worked out.
        found: something of that name can be there.
    """

    steps: tuple[str, ...] | None
    found: bool = True
    has_default: bool = False
    names: tuple[str, ...] = (NAME,)
    arity: Arity = ONE
    takes: Sort = Sort.ANY
    one_unit: bool = False
    compares: bool = False

    @property
    def words(self) -> Words:
        so_far = self.steps is not None and self.steps[:1] == ("accumulator",)
        fr, en = ("le résultat jusque-là", "the result so far") if so_far else ("l'élément", "the element")
        if not self.has_default:
            return {"fr": f"{fr}{{all}}", "en": f"{en}{{all}}"}
        return {"fr": f"{fr} (à défaut {{0}})", "en": f"{en} (failing that {{0}})"}

    def typed(self, arguments: Sequence[Term]) -> tuple[Type, tuple[Term, ...]]:
        return ANY, tuple(arguments)

    def value(self, code: Writer, call: Call) -> Atom:
        if self.steps is None:
            name = code.value(call.arguments[0])
            atom = code.put(f"{code.constant(look_up_name)}({whole(code)}, {name.name})")
        else:
            atom = self._written(code, self.steps, call)
        if not self.has_default:
            return atom
        default = code.value(call.arguments[-1])
        return code.put(f"{default.name} if {atom.name} is None else {atom.name}", known=default.known)

    def truth(self, code: Writer, call: Call) -> Atom:
        return code.truth_of(self.value(code, call), call.type.sort)

    def _written(self, code: Writer, steps: tuple[str, ...], call: Call) -> Atom:
        if "" in code.scope:
            base, below = code.scope[""], steps
        elif steps and steps[0] in code.scope:
            base, below = code.scope[steps[0]], steps[1:]
        else:
            base, below = whole(code), steps
        if not below and call.type.sort is not Sort.ANY:
            return Atom(base)
        return code.put(f"{code.constant(look_up)}({base}, {code.constant(below)})")


def whole(code: Writer) -> str:
    """An expression for all of the scope that ``var`` reads from."""
    if "" in code.scope:
        return code.scope[""]
    return "{" + ", ".join(f"{code.constant(name)}: {held}" for name, held in code.scope.items()) + "}"


def steps_of(name: Data | Term) -> tuple[str, ...]:
    """From the whole to what the name means: ``a.b`` is two steps, ``""`` and nothing are none."""
    if isinstance(name, Constant):
        name = name.value
    if isinstance(name, bool):
        return (str(name).lower(),)
    if isinstance(name, int | float):
        return tuple((number_in_text(name) or "").split("."))
    return tuple(name.split(".")) if isinstance(name, str) and name else ()


def look_up(data: Any, steps: Sequence[str]) -> Any:
    """What lies in plain data at the end of the steps; None: nothing, or a number that can't be counted with."""
    for step in steps:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdecimal() and len(step) <= _LONGEST_INDEX:
            data = data[int(step)] if int(step) < len(data) else None
        else:
            return None
    return None if isinstance(data, int | float) and not finite(data) else data


def look_up_name(data: Any, name: Any) -> Any:
    """The same by a name that was worked out; unknown if the name is, or is none."""
    return None if name is None or isinstance(name, list | dict) else look_up(data, steps_of(name))


def _standing_in(own: Term, default: Term) -> tuple[Type, Term]:
    _, (_, fallback) = aligned((own, default))
    # A bare default is told in the value's unit; where the sorts differ only run time shows which it was.
    same = fallback.type.sort in (own.type.sort, Sort.NOTHING)
    return (own.type if same else ANY), fallback
