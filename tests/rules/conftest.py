"""A city that is just large enough, and the spoilt rules that tests look at from several sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from services.device_registry.domain.loading import load as load_inventory
from services.device_registry.sources.folder import read_folder
from services.rules_engine.domain.checks.check import Known
from services.rules_engine.domain.loading import load, together
from services.rules_engine.sources.rules_folder import rule_files
from shared.runtime.settings import shipped_rules
from tests.rules.mutating import mutated
from tests.rules.spoiling import Spoilt

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def known() -> Known:
    return Known(load_inventory(read_folder(HERE / "wrong" / "city")), frozenset({"astreinte"}), date(2026, 3, 27))


@pytest.fixture(scope="session")
def spoilt(known: Known) -> Callable[[int], Spoilt]:
    """By its seed. The rules of the small city come often, those that are shipped, of another city, now and then."""
    right = (HERE / "right.yaml").read_text(encoding="utf-8")
    shipped = [file.read_text(encoding="utf-8") for file in rule_files(shipped_rules())]
    texts = [*[right] * len(shipped), *shipped]

    @cache
    def make(seed: int) -> Spoilt:
        text = mutated(texts, seed)
        loaded = load(text, "f.yaml", known)
        return Spoilt(text, loaded.rules, (*loaded.problems, *together([loaded], known)))

    return make
