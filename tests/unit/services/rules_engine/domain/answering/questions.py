"""Plays made-up levels through rules, and then asks why one of them does not fire."""

from datetime import timedelta

from services.rules_engine.domain.answering.asking import Asked, group_of, nothing_to_ask
from services.rules_engine.domain.answering.why_not import why_not
from services.rules_engine.domain.playing import Play
from services.rules_engine.domain.wording.titles import Titles
from tests.unit.services.rules_engine.domain.conftest import START


def ask(made, seen, at, *, rule="gemapi.crue", subject="pont-neuf", quarantined=None, firing=None, start=START):
    """The answer so many minutes after the start."""
    now = start + timedelta(minutes=at)
    play = Play(made)
    list(play.run(seen, now, start))
    titles = Titles.of(made.inventory, rules=[each.rule for each in made.rules.values()])
    key = (rule, group_of(made, rule, subject))
    asked = Asked(made, *key, now, titles, quarantined or {})
    nothing = nothing_to_ask(asked)
    if nothing is not None:
        return nothing
    if firing is None:
        firing = {each: state.firing_since for each, state in play.states.items() if state.firing}
    return why_not(asked, play.state(*key), play.scene(key, now, now), firing)


def missing(answer):
    """What is missing at every level, in French."""
    return [each.said.fr for level in answer.levels for each in level.missing]


def reasons(answer):
    return [each.value for each in answer.reasons]
