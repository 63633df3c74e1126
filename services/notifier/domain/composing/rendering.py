"""What the layouts of notices are given: facts in the reader's words, ready to be set."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.composing.digesting import Digest, Digested
from services.notifier.domain.composing.words import WORDS
from services.notifier.domain.delivering.notification import Kind
from services.notifier.domain.incidents.incident import Incident, IncidentAlert
from services.notifier.domain.incidents.incident_facts import FilesRefusedFacts, IncidentFacts, OptOutFacts
from services.notifier.domain.muting.silence import Silence
from services.notifier.domain.on_call.facts import GapFacts, HandOverFacts
from services.notifier.domain.people.routing import Recipient
from shared.civil_time import PARIS, short_local
from shared.model.alerts import AlertChanged, Reading
from shared.model.lighting import OverrideChanged

_FRAME: Final = re.compile(r"^Vigie V-\w{4},? ?|^(Ici|This is) Vigie ?[.:] ?| Incident V(, \w){4}\.$| \(V-\w{4}\)$")


@dataclass(frozen=True)
class Text:
    """A notice as it goes out; a text message has no subject."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class AlertFacts:
    """Of an alert that fires or is resolved.

    Attributes:
        was: the severity before, if it changed.
        ending: why it ended, unless its condition did.
        note: why a person is told who wasn't asked for.
        rule, point, level, began_at, changed_at: the same for machines: ids, the severity's own word, RFC 3339.
    """

    code: str
    severity: str
    was: str
    rule_title: str
    point_title: str
    message: str
    since: str
    since_long: str
    at: str
    at_long: str
    readings: tuple[str, ...]
    ending: str
    note: str
    rule: str = ""
    point: str = ""
    level: str = ""
    began_at: str = ""
    changed_at: str = ""


@dataclass(frozen=True, kw_only=True)
class DigestFacts:
    """Of a day's digest; each line names a point."""

    code: str
    rule_title: str
    moment: str
    firing: tuple[str, ...]
    resolved: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class OverrideFacts:
    """Of lights whose override has used up its time, or is cut.

    Attributes:
        rule: empty if a person overrode them.
        cut: which limit cuts it; the rest is of that: percent that is done, least and most, and for how many lamps.
    """

    rule: str
    group: str
    level: int
    cause: str
    moment: str
    note: str
    cut: str = ""
    done: int = 0
    done_most: int = 0
    luminaires: int = 0


@dataclass(frozen=True, kw_only=True)
class SilenceFacts:
    """Of a silence that ends soon."""

    silence: str
    reason: str
    created_by: str
    matchers: tuple[str, ...]
    ends: str
    recurs: bool
    note: str


@dataclass(frozen=True, kw_only=True)
class FoldedFacts:
    """Of notices that were folded; each line tells of one, the codes are those of open incidents."""

    count: int
    moment: str
    firing: tuple[str, ...]
    over: tuple[str, ...]
    codes: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class MovedFacts:
    """Of a notice that did not reach somebody over one medium, and goes by another or to another.

    Attributes:
        title: of the incident, or the notice's subject.
        text: what it said, on one line.
        why: what became of it, in words.
        meant_for: the person as shown to others, if this is another; empty for the same.
    """

    code: str
    title: str
    text: str
    why: str
    meant_for: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class MoreFollowFacts:
    """That more notices come in a digest. ``moment``: when; ``open``: incidents that the person was told of."""

    open: int
    moment: str
    by_mail: bool


@dataclass(frozen=True, kw_only=True)
class BudgetFacts:
    """Of a directorate's budget; sums as people write them."""

    directorate: str
    month: str
    spent: str
    budget: str
    share: int
    note: str


Facts = (
    AlertFacts
    | DigestFacts
    | OverrideFacts
    | SilenceFacts
    | MovedFacts
    | IncidentFacts
    | OptOutFacts
    | FilesRefusedFacts
    | GapFacts
    | HandOverFacts
    | FoldedFacts
    | MoreFollowFacts
    | BudgetFacts
)


class Layouts(Protocol):
    """Sets facts into the text of a notice."""

    def render(self, kind: Kind, medium: Medium, facts: Facts, language: Language = Language.FRENCH) -> Text:
        """The text of such a notice over such a medium."""
        ...


def alert_facts(
    alert: AlertChanged, code: str, message: str, note: str, language: Language = Language.FRENCH
) -> AlertFacts:
    """Times are those of the point's zone."""
    zone, words = ZoneInfo(alert.zone), WORDS[language]
    return AlertFacts(
        code=code,
        severity=severity_word(alert.severity, language),
        was=severity_word(alert.was or "", language),
        rule_title=alert.rule_title,
        point_title=alert.point_title,
        message=message,
        since=short_local(alert.since, zone),
        since_long=words.long(alert.since, zone),
        at=short_local(alert.at, zone),
        at_long=words.long(alert.at, zone),
        readings=tuple(_reading(reading, zone) for reading in alert.readings),
        ending=words.endings.get(alert.resolution or "", ""),
        note=note,
        rule=alert.rule,
        point=alert.point,
        level=alert.severity,
        began_at=alert.since.isoformat(),
        changed_at=alert.at.isoformat(),
    )


def digest_facts(
    digest: Digest, found: Digested, incident: Incident, note: str, language: Language = Language.FRENCH
) -> DigestFacts:
    """Times are Paris's: the points may lie in several zones, the reader in one."""
    return DigestFacts(
        code=incident.code,
        rule_title=digest.rule_title,
        moment=WORDS[language].long(digest.sends_at, PARIS),
        firing=tuple(f"{_named(alert, language)} ({_since(alert, language)})" for alert in found.firing),
        resolved=tuple(_resolved(alert, language) for alert in found.resolved),
        note=note,
    )


def override_facts(event: OverrideChanged, note: str, language: Language = Language.FRENCH) -> OverrideFacts:
    """Of an override that used up its time, granted again or not, or that limits cut."""
    return OverrideFacts(
        rule=event.rule,
        group=event.group,
        level=event.level,
        cause=event.reason,
        moment=WORDS[language].long(event.at, PARIS),
        note=note,
        cut=event.cut,
        done=event.done,
        done_most=event.done_most,
        luminaires=event.luminaires,
    )


def silence_facts(silence: Silence, note: str, language: Language = Language.FRENCH) -> SilenceFacts:
    """Times are Paris's."""
    return SilenceFacts(
        silence=silence.id,
        reason=silence.reason,
        created_by=silence.created_by,
        matchers=silence.matchers,
        ends=WORDS[language].long(silence.ends_at, PARIS),
        recurs=silence.recurrence is not None,
        note=note,
    )


def note_for(recipient: Recipient) -> str:
    """Why somebody is told in place of others; nothing for those who were asked for."""
    return WORDS[recipient.language].notes.get(recipient.reason, "").format(recipient.meant_for, recipient.team)


def severity_word(word: str, language: Language = Language.FRENCH) -> str:
    """A word that is not known is given back as it is."""
    return WORDS[language].severities.get(word, word)


def plain_text(subject: str, body: str) -> str:
    """What a notice said, on one line, without what each of them begins and ends with."""
    said = subject or body
    return _FRAME.sub("", " ".join(said.split()))


def _reading(reading: Reading, zone: ZoneInfo) -> str:
    return reading.text if reading.time is None else f"{reading.text} ({short_local(reading.time, zone)})"


def _named(alert: IncidentAlert, language: Language) -> str:
    """The rule's words, with the point's name unless they contain it."""
    if alert.point_title in alert.message:
        return alert.message
    return f"{alert.point_title}{WORDS[language].colon}{alert.message}"


def _since(alert: IncidentAlert, language: Language) -> str:
    """Since when it fires, and if its severity changed since then, what that is."""
    words = WORDS[language]
    since = words.since.format(short_local(alert.since))
    if alert.severity is None or alert.severity_at is None:
        return since
    severity = severity_word(alert.severity, language)
    return words.since_severity.format(since, severity, short_local(alert.severity_at))


def _resolved(alert: IncidentAlert, language: Language) -> str:
    words = WORDS[language]
    until = "" if alert.resolved_at is None else words.until.format(short_local(alert.resolved_at))
    return f"{alert.point_title} ({words.span.format(short_local(alert.since), until)})"
