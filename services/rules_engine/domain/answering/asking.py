"""What a question is about: the rule and the point or group that was meant, or why there is no such thing."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.rules_engine.domain.answering.answer import Answer, Quarantined, Reason
from services.rules_engine.domain.answering.tongues import Tongues, exactly, quoted
from services.rules_engine.domain.answering.unselected import misses
from services.rules_engine.domain.book import RuleBook
from services.rules_engine.domain.revision import Revision
from services.rules_engine.domain.series import Series
from services.rules_engine.domain.wording.titles import Titles
from services.rules_engine.domain.wording.voice import Voice
from shared.model.registry import Kind, Text

SeriesByPoint: TypeAlias = Mapping[str, Mapping[str, Series]]
"""The series of each property, by point."""

_NO_KIND = Kind(id="", title=Text(fr="", en=""), period_s=1, max_delay_s=1, stale_after_s=1, properties={})
_CITY: Final = "Europe/Paris"
_MOST_ERRORS: Final = 3
_COMPARED: Final = 25


@dataclass(frozen=True)
class Asked:
    """A question why a rule does not fire somewhere.

    Attributes:
        at: the moment that it is about, UTC.
        titles: of what rules name by ids.
        quarantined: rules that failed, by id.
        removed: the revision that removed the rule; None: none did, as far as is known.
        before: the series as far back as they were read, to see since when comparisons come out as they do; None: those
            that decide must do.
    """

    book: RuleBook
    rule: str
    subject: str
    at: datetime
    titles: Titles = field(repr=False)
    quarantined: Mapping[str, Quarantined] = field(default_factory=dict)
    removed: Revision | None = None
    before: SeriesByPoint | None = field(default=None, repr=False)

    @property
    def tongues(self) -> Tongues:
        rule = self.book.rules.get(self.rule)
        if rule is None:
            return Tongues(_NO_KIND, self.titles)
        return Tongues(rule, self.titles, self.zone)

    @property
    def zone(self) -> str:
        """By whose clocks moments are told; that of the city where nobody can read the point's."""
        if not self.book.watches(self.rule, self.subject):
            return _CITY
        zone = self.book.subject(self.rule, self.subject).zone
        try:
            return ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, ValueError):
            return _CITY


def nothing_to_ask(asked: Asked) -> Answer | None:
    """The answer where nothing is decided at all; None: the rule runs and watches what was asked about."""
    book, tongues = asked.book, asked.tongues
    if asked.rule not in book.rules:
        return _no_rule(asked)
    if book.watches(asked.rule, asked.subject):
        return None
    if asked.subject in book.points:
        return _unwatched(asked)
    if ":" in asked.subject:
        said = _unknown(tongues, "no-group", asked.subject, book.subjects(asked.rule))
    else:
        known = [*book.points, *book.subjects(asked.rule)]
        said = _unknown(tongues, "no-point", asked.subject, known)
    return _answer(asked, Reason.UNKNOWN_POINT, said)


def group_of(book: RuleBook, rule: str, subject: str) -> str:
    """The group that a point stands for, if the rule judges several points together and one group has it."""
    if rule not in book.rules or book.watches(rule, subject):
        return subject
    groups = _groups_of(book, rule, subject)
    return groups[0] if len(groups) == 1 else subject


def _groups_of(book: RuleBook, rule: str, point: str) -> list[str]:
    return [each for each in book.subjects(rule) if point in book.subject(rule, each).points]


def _no_rule(asked: Asked) -> Answer:
    problems = asked.book.broken.get(asked.rule)
    if problems is None and asked.removed is not None:
        return _answer(asked, Reason.REMOVED, removal(asked.tongues, asked.rule, asked.removed))
    if problems is None:
        known = [*asked.book.rules, *asked.book.broken]
        return _answer(asked, Reason.UNKNOWN_RULE, _unknown(asked.tongues, "no-rule", asked.rule, known))
    errors = " ; ".join(str(problem) for problem in problems[:_MOST_ERRORS])
    said = asked.tongues.say("not-live", name=quoted(asked.rule), errors=exactly(errors))
    return _answer(asked, Reason.NOT_LIVE, said)


def removal(tongues: Tongues, rule: str, by: Revision) -> Text:
    """That a rule was removed: by which revision, when, by whom and why."""
    words = {"number": str(by.id), "actor": by.actor, "reason": by.reason}
    told = {gap: exactly(word) for gap, word in words.items()}
    return tongues.say("removed", name=quoted(rule), moment=tongues.moment(by.applied_at), **told)


def _unwatched(asked: Asked) -> Answer:
    book, rule = asked.book, asked.book.rules[asked.rule].rule
    point = book.points[asked.subject]
    if groups := _groups_of(book, asked.rule, asked.subject):
        words = {"name": quoted(point.title), "groups": exactly(", ".join(groups))}
        return _answer(asked, Reason.NOT_SELECTED, asked.tongues.say("in-several", **words))

    def parts(voice: Voice) -> str:
        return voice.grammar.phrases["next-item"].join(miss(voice) for miss in misses(rule, point, book.inventory))

    said = asked.tongues.say("not-selected", name=quoted(point.title), parts=parts)
    return _answer(asked, Reason.NOT_SELECTED, said)


def _unknown(tongues: Tongues, name: str, asked: str, known: Iterable[str]) -> Text:
    near = nearest(asked, known)

    def hint(voice: Voice) -> str:
        return voice.say("did-you-mean", name=voice.grammar.quoted(near)).text if near else ""

    return _as_asked(tongues.say(name, name=quoted(asked), hint=hint))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is likeliest meant; None: none is near.

    Of thousands only those that begin or end most alike are compared letter by letter, which takes a while.
    """
    words = list(dict.fromkeys(known))
    if len(words) > 2 * _COMPARED:
        words = [*_alike(word, words, str.startswith), *_alike(word[::-1], words, _ends_with)]
    return next(iter(difflib.get_close_matches(word, words, n=1)), None)


def _alike(word: str, words: Sequence[str], begins: Callable[[str, str], bool]) -> Sequence[str]:
    """Those that share the longest beginning with a word."""
    for length in range(len(word), 0, -1):
        found = [each for each in words if begins(each, word[:length])]
        if found:
            return found[:_COMPARED]
    return ()


def _ends_with(word: str, reversed_: str) -> bool:
    return word.endswith(reversed_[::-1])


def _as_asked(said: Text) -> Text:
    """A question ends with its own mark."""
    return Text(fr=said.fr.replace("?.", "?"), en=said.en.replace("?.", "?"))


def _answer(asked: Asked, reason: Reason, said: Text) -> Answer:
    rule = asked.book.rules.get(asked.rule)
    return Answer(
        rule=asked.rule,
        subject=asked.subject,
        at=asked.at,
        reasons=(reason,),
        said=said,
        rule_title="" if rule is None else rule.rule.title,
        subject_title=asked.titles.point(asked.subject),
    )
