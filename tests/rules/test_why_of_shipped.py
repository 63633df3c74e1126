"""Of every shipped rule it can be said why it does not fire, whatever its tests let happen."""

import pytest

from services.rules_engine.domain.answering.asking import Asked
from services.rules_engine.domain.answering.why_not import why_not
from services.rules_engine.domain.book import book_of
from services.rules_engine.domain.playing import Play
from services.rules_engine.domain.testing.reading import read_tests
from services.rules_engine.domain.wording.titles import Titles
from tests.guide_rules import inventory, shipped

TITLES = Titles.of(inventory(), rules=shipped().values())


def told(answer):
    """Everything that is said."""
    yield answer.said
    for level in answer.levels:
        yield from (each.said for each in (*level.comparisons, *level.missing))
        yield from (each.why for each in level.members if each.why is not None)


def answers(case):
    """At the beginning, the middle and the end of a test, about everything that the rule watches there."""
    others = {each.rule for each in case.rule.unless} & shipped().keys()
    book = book_of([case.rule, *(shipped()[each] for each in sorted(others))], case.city)
    for share in (0, 0.5, 1):
        now = case.begin + share * (case.end - case.begin)
        play = Play(book, case.declared)
        list(play.run([seen for seen in case.observations if seen.moment <= now], now, case.begin))
        firing = {key: state.firing_since for key, state in play.states.items() if state.firing}
        for each in case.declared:
            if each.fires(each.rule, now):
                firing |= dict.fromkeys(((each.rule, subject) for subject in book.subjects(each.rule)), each.begin)
        for subject in book.subjects(case.rule.id):
            key = (case.rule.id, subject)
            answer = why_not(Asked(book, *key, now, TITLES), play.state(*key), play.scene(key, now, now), firing)
            yield play.state(*key), answer


@pytest.mark.parametrize("rule", shipped().values(), ids=lambda rule: rule.id)
def test_it_can_be_said_why_a_shipped_rule_does_not_fire(rule):
    found = [each for case in read_tests(rule, inventory()).cases for each in answers(case)]
    assert found
    for state, answer in found:
        assert answer.reasons
        assert ("fires" in answer.reasons) is bool(state.firing)
        if state.firing:
            assert all(level.missing for level in answer.levels if level.phase == "firing")
        for said in told(answer):
            for sentence in (said.fr, said.en):
                assert sentence.endswith((".", "?"))
                assert not set("{}") & set(sentence)
                assert "None" not in sentence
