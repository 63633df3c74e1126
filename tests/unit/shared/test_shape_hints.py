"""A value of the wrong shape is told with what may stand there."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec
import pytest

from shared.documents import read
from shared.errors import ProblemsFound


class _Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class _Inner(msgspec.Struct):
    most: int | None = None
    price: float = 0.0
    within: str = ""
    on: bool = False


class _Outer(msgspec.Struct):
    colours: list[_Colour] = []
    turn: Literal["daily", "weekly"] | _Inner = "daily"
    named: dict[str, _Inner] = {}


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("colours: [red, green]", "one of: red, blue"),
        ("colours: red", "a list: [a, b]"),
        ("turn: monthly", "one of: daily, weekly"),
        ("named: {a: {most: x}}", "a whole number, without quotes or unit: 15"),
        ('named: {a: {price: "0,07"}}', "with a point, without quotes or unit: 0.07"),
        ("named: {a: {within: 15}}", "a duration has its unit: 15 min"),
        ("named: {a: {on: maybe}}", "true, false"),
    ],
)
def test_the_hint_says_what_may_stand_there(text: str, hint: str) -> None:
    with pytest.raises(ProblemsFound) as raised:
        read(text, "t.yaml").convert((), _Outer)
    (problem,) = raised.value.problems
    assert hint in (problem.hint or "")


def test_what_is_missing_has_no_hint_but_its_name() -> None:
    class Needed(msgspec.Struct):
        name: str

    with pytest.raises(ProblemsFound) as raised:
        read("{}", "t.yaml").convert((), Needed)
    assert raised.value.problems[0].hint is None
