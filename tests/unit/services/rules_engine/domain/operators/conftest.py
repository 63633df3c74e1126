"""Conditions as authors write them, over the properties of the small kind, and what is read or refused in them."""

import pytest

from services.rules_engine.domain.compiling import compile_condition, read_condition
from services.rules_engine.domain.rule import Selector
from services.rules_engine.domain.terms import readings
from services.rules_engine.domain.vocabulary import Vocabulary
from shared import documents
from tests.unit.services.rules_engine.domain.conftest import KIND, KNOWN


def _vocabulary(*, grouped):
    return Vocabulary(KIND, KNOWN.kinds, Selector("water-level"), grouped=grouped)


@pytest.fixture
def fault():
    """The one problem of a condition: slug, what stands there, and a part of the hint; ``grouped``: of a group rule."""

    def _fault(text, *, grouped=False):
        (problem,) = compile_condition(
            documents.read(text, "rules/crue.yaml"), (), _vocabulary(grouped=grouped)
        ).problems
        assert problem.span.line == 1
        assert text[problem.span.column - 1 :].startswith(problem.text), "it points elsewhere"
        return problem

    return _fault


@pytest.fixture
def read_of():
    """What a condition reads otherwise than by name, in order."""

    def _read_of(text, *, grouped=False):
        problems = []
        term = read_condition(documents.read(text, "rules/crue.yaml"), (), _vocabulary(grouped=grouped), problems)
        assert not problems, problems
        return [each.input for each in readings(term)]

    return _read_of
