"""Prints silences, and why somebody was told or not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from rich.console import Console

from services.console.commands.rules_explain import Languages
from shared.civil_time import long_local

Found = dict[str, Any]

_WORDS: Final = {
    "info": "information", "minor": "mineur / minor", "yellow": "jaune / yellow", "orange": "orange",
    "red": "rouge / red", "critical": "critique / critical", "open": "en cours / open", "resolved": "terminé / over",
}  # fmt: skip

_STATUSES: Final = {
    "to-come": "à venir / to come",
    "in-force": "en vigueur / in force",
    "resting": "entre deux périodes / between two periods",
    "over": "terminé / over",
}
_DAYS: Final = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
_MOST: Final = 50


def both(word: str) -> str:
    """A severity, or the state of an incident, in French and English."""
    return _WORDS.get(word, word)


def silences(console: Console, found: Sequence[Found]) -> None:
    """All of them, one after the other."""
    if not found:
        _line(console, "Aucun silence. / No silence.")
    for each in found:
        silence(console, each)


def silence(console: Console, found: Found, instead: str | None = None) -> None:
    """One silence. ``instead``: what is said in place of its id and state, while it is none yet."""
    _line(console, instead or f"{found['id']}  {_STATUSES[found['status']]}", "bold")
    _line(console, f"  {found['reason']} ({found['owner']} ; {found['created_by']})")
    _line(console, f"  {', '.join(found['matchers'])}{' ; vital' if found['including_vital'] else ''}")
    _line(console, f"  {_local(found['starts_at'])} → {_local(found['ended_at'] or found['ends_at'])}")
    if found["recurrence"] is not None:
        _line(console, f"  {_recurring(found['recurrence'])}")


def preview(console: Console, found: Found, days: int) -> None:
    """What a silence would hush."""
    silence(console, found["silence"], "aperçu, rien n'est posé / preview, nothing is silenced")
    if not found["mutes_now"]:
        _line(console, "Il ne tait rien en ce moment. / It mutes nothing right now.", "yellow")
    alerts(console, "En cours / firing now", found["firing"])
    if found.get("spared"):
        title = "Vitales, annoncées quand même (--including-vital) / vital, told all the same"
        alerts(console, title, found["spared"])
    alerts(console, f"Depuis {days} jours / in the last {days} days", found["past"])


def alerts(console: Console, title: str, found: Sequence[Found]) -> None:
    """Alerts, a line each."""
    _line(console, f"{title} : {len(found)}", "bold")
    for each in found[:_MOST]:
        until = f" → {_local(each['resolved_at'])}" if each["resolved_at"] else ""
        where = f"{each['rule']}, {each['point_title']} ({both(each['severity'])}, {each['criticality']})"
        _line(console, f"  {each['incident'] or '-'}  {where}  {_local(each['since'])}{until}")
    if len(found) > _MOST:
        _line(console, f"  … {len(found) - _MOST} (--format json)", "dim")


def why_told(console: Console, languages: Languages, found: Found) -> None:
    """All decisions about an incident, in order."""
    _incident(console, found["incident"])
    _lines(console, languages, found["lines"])


def why_not_told(console: Console, languages: Languages, found: Found) -> None:
    """Whether somebody was told, and if not, why."""
    _incident(console, found["incident"])
    who = f"{found['person']}, {found['until_local']}"
    told = _words(languages, "prévenu(e)", "told") if found["told"] else _words(languages, "pas prévenu(e)", "not told")
    _line(console, f"{who} : {told}", "bold")
    for reason in found["reasons"]:
        _said(console, languages, reason["said"], "→ ")
    _lines(console, languages, found["lines"])


def _incident(console: Console, found: Found | None) -> None:
    if found is not None:
        state = f"{both(found['severity'])} ; {both(found['status'])}"
        _line(console, f"{found['code']}  {found['title']} ({state})", "bold cyan")


def _lines(console: Console, languages: Languages, lines: Sequence[Found]) -> None:
    moment = None
    for each in lines:
        if each["local"] != moment:
            moment = each["local"]
            _line(console, moment, "dim")
        _said(console, languages, each["said"], "  ")


def _said(console: Console, languages: Languages, said: Found, lead: str) -> None:
    if languages is not Languages.ENGLISH:
        _line(console, f"{lead}{said['fr']}")
    if languages is not Languages.FRENCH:
        _line(console, f"{lead if languages is Languages.ENGLISH else ' ' * len(lead)}{said['en']}", "dim")


def _words(languages: Languages, french: str, english: str) -> str:
    return {Languages.FRENCH: french, Languages.ENGLISH: english}.get(languages, f"{french} / {english}")


def _recurring(found: Found) -> str:
    days = ", ".join(_DAYS[day] for day in found["weekdays"])
    return f"{days}, {found['begins'][:5]}-{found['ends'][:5]}, jusqu'au / until {found['until']}"


def _local(moment: str) -> str:
    return long_local(datetime.fromisoformat(moment))


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, soft_wrap=not console.is_terminal, highlight=False, markup=False)
