"""Codes are short, without signs that are taken for others, and mean one thing at a time."""

from __future__ import annotations

import re
from collections.abc import Collection

from services.notifier.domain.codes import code_of, code_written, free_codes
from services.notifier.domain.incidents.incident import derived_id


def nothing(_codes: Collection[str]) -> set[str]:
    return set()


def test_a_code_has_no_sign_that_is_taken_for_another() -> None:
    codes = {code_of(derived_id("alert", str(number))) for number in range(2000)}
    assert all(re.fullmatch(r"V-[2-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert len(codes) > 1990


def test_a_code_follows_from_the_id_and_the_turn_alone() -> None:
    assert code_of("one") == code_of("one") != code_of("two")
    assert len({code_of("one", turn) for turn in range(8)}) == 8


def test_of_many_that_get_a_code_at_once_no_two_get_the_same() -> None:
    ids = [derived_id("alert", str(number)) for number in range(5000)]
    assert len({code_of(one) for one in ids}) < len(ids)
    codes = free_codes(ids, nothing)
    assert len(set(codes.values())) == len(ids)
    assert {len(code) for code in codes.values()} == {6}
    assert free_codes(reversed(ids), nothing) == codes


def test_a_code_in_use_is_passed_over_and_most_keep_their_first() -> None:
    used = {code_of("one"), code_of("one", 1)}
    codes = free_codes(["one", "two"], used.intersection)
    assert codes == {"one": code_of("one", 2), "two": code_of("two")}


def test_codes_that_are_all_in_use_grow_by_a_letter() -> None:
    used = {code_of("one", turn) for turn in range(8)}
    (code,) = free_codes(["one"], used.intersection).values()
    assert re.fullmatch(r"V-[2-9A-HJKMNP-TV-Z]{5}", code)


def test_the_question_is_asked_once_and_then_for_those_alone_that_look_again() -> None:
    asked: list[Collection[str]] = []

    def in_use(codes: Collection[str]) -> set[str]:
        asked.append(codes)
        return {code_of("a7")}

    free_codes([f"a{number}" for number in range(100)], in_use)
    assert [len(codes) for codes in asked] == [100, 1]


def test_a_code_is_known_in_small_letters_and_without_its_lead() -> None:
    assert {code_written(text) for text in ("V-7K3Q", "v-7k3q", "7K3Q", " 7k3q ")} == {"V-7K3Q"}
    assert code_written("1f0206f8-1307-5a4d-b922-84987066728b") == "1f0206f8-1307-5a4d-b922-84987066728b"
    assert code_written("nobody") == "nobody"
