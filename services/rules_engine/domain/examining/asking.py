"""Everything that a condition asks for, at the point itself and at others, with the words of those points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.rules_engine.domain.inputs.members import Among, Counted, Together
from services.rules_engine.domain.rule import Rule
from services.rules_engine.domain.selecting import select, subjects
from services.rules_engine.domain.terms import Reading, Term, readings
from services.rules_engine.domain.vocabulary import Vocabulary

if TYPE_CHECKING:
    from services.rules_engine.domain.checks.check import Known


def asked(term: Term, known: Vocabulary) -> Iterator[tuple[Reading, Vocabulary]]:
    """Each reading of a term, then those about each of several points, with the vocabulary that it is read in."""
    for terms, words in terms_within(term, known):
        yield from ((reading, words) for reading in readings(terms))


def terms_within(term: Term, known: Vocabulary) -> Iterator[tuple[Term, Vocabulary]]:
    """The term itself, and those that are worked out at each of several points."""
    yield term, known
    for reading in readings(term):
        each = reading.input
        if isinstance(each, Counted | Together):
            among, inner = each.members[0], each.census.where if isinstance(each, Counted) else each.value
            kind = known.kinds.get(among.selector.kind or "", known.kind)
            yield inner.term, known.of_members(kind)


def asked_at_most(among: Among, rule: Rule, known: Known) -> int:
    """How many points a question is put to, at the subject of the rule at which that is most."""
    if not among.own:
        return len(select(among.selector, known.city))
    most = max((len(each.points) for each in subjects(rule, known.city)), default=0)
    return most if rule.grouping is not None else len(select(rule.for_each, known.city)) - 1
