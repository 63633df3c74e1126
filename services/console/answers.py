"""Prints why an alert fires, and why another doesn't: French first, English below it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from rich.console import Console

from services.console.commands.rules_explain import Languages
from shared.civil_time import long_local

Found = dict[str, Any]

_MARKS: Final = {True: "✓", False: "✗", None: "?"}
_STYLES: Final = {True: "green", False: "red", None: "yellow"}
_SOURCES: Final = {"replayed": ("reconstitué", "reconstructed"), "lost": ("pas gardé", "not kept")}
_PHASES: Final = {
    "inactive": ("inactif", "inactive"), "pending": ("en attente", "pending"), "firing": ("déclenché", "firing"),
}  # fmt: skip
_SEVERITIES: Final = {
    "info": ("information", "information"), "minor": ("mineur", "minor"), "yellow": ("jaune", "yellow"),
    "orange": ("orange", "orange"), "red": ("rouge", "red"), "critical": ("critique", "critical"),
}  # fmt: skip
_MOST_MEMBERS: Final = 30
_SHORT: Final = 8
_LATE: Final = timedelta(minutes=5)
"""What was decided so long after it happened was decided late: its observations came late."""


@dataclass(frozen=True)
class Printer:
    """Writes answers in the languages that were asked for."""

    console: Console
    languages: Languages

    def why_not(self, answer: Found) -> None:
        """An answer to "why not"."""
        self._heading(answer)
        self._line(f"{self._word('à', 'at')} {_local(answer['at'], answer['zone'])}", "dim")
        self._line()
        self._text(answer["said"], style="bold")
        self._rule(answer)
        self._levels(answer["levels"], answer["zone"])
        self._notes(answer["notes"])

    def why(self, answer: Found) -> None:
        """An answer to "why"."""
        self._heading(answer)
        if answer["alert"]:
            self._line(f"{self._word('alerte', 'alert')} {answer['alert']}", "dim")
        self._line()
        self._text(answer["said"], style="bold")
        self._rule(answer)
        for each in answer["happened"]:
            self._happened(each, answer["zone"])
        if answer["now"]:
            self._title("Maintenant", "Now")
            self._levels(answer["now"], answer["zone"])
        self._notes(answer["notes"])

    def incident(self, found: Found, answers: Mapping[str, Found | None]) -> None:
        """All that is known under a code.

        Args:
            answers: to "why", of some of its alerts; None: the engine keeps nothing of that one.
        """
        alerts, firing = found["alerts"], found["firing"]
        state = self._word(f"{firing} en cours", f"{firing} on") if firing else self._word("terminé", "over")
        self._line(f"{found['code']} : {found['title']}", "bold magenta")
        self._line(
            f"{self._word('incident', 'incident')}, {len(alerts)} {self._word('alerte(s)', 'alert(s)')}, {state}"
        )
        for each in alerts:
            if each["alert"] not in answers:
                continue
            self._line()
            answer = answers[each["alert"]]
            if answer is None:
                self._undecided_alert(each)
            else:
                self.why(answer)
        left = [each for each in alerts if each["alert"] not in answers]
        if left:
            self._title("Les autres alertes du même incident", "The other alerts of the incident")
        for each in left:
            self._line(f"  vigie why {each['alert'][:_SHORT]}  {_named(each['point_title'], each['point'])}")

    def _undecided_alert(self, alert: Found) -> None:
        """Of what no rule of the city decided only what people were told is known."""
        self._line(_named(alert["point_title"], alert["point"]), "bold cyan")
        self._line(f"  → {alert['message']}")
        self._line(f"  ({self._word('aucune comparaison à montrer', 'there are no comparisons to show')})", "yellow")

    def _heading(self, answer: Found) -> None:
        rule, subject = (_named(answer[f"{what}_title"], answer[what]) for what in ("rule", "subject"))
        self._line(f"{rule} : {subject}", "bold cyan")

    def _rule(self, answer: Found) -> None:
        if answer["in_words"] is not None:
            self._title("La règle", "The rule")
            self._text(answer["in_words"], indent="  ")

    def _levels(self, levels: Sequence[Found], zone: str) -> None:
        for level in levels:
            severity, phase = _SEVERITIES.get(level["severity"], (level["severity"],) * 2), _PHASES[level["phase"]]
            since = "" if level["since"] is None else f" ({_local(level['since'], zone)})"
            self._title(f"Niveau {severity[0]}, {phase[0]}", f"Level {severity[1]}, {phase[1]}", since)
            self._comparisons(level["comparisons"], zone)
            if level["missing"]:
                firing = level["phase"] == "firing"
                self._title(
                    "Il manque, pour finir" if firing else "Il manque, pour déclencher",
                    "Missing, to end" if firing else "Missing, to fire",
                    indent="  ",
                )
                for each in level["missing"]:
                    self._text(each["said"], indent="    ", mark="→ ")
            self._members(level["members"])

    def _comparisons(self, comparisons: Iterable[Found], zone: str) -> None:
        for each in comparisons:
            self._text(each["said"], indent="  ", mark=f"{_MARKS[each['truth']]} ", style=_STYLES[each["truth"]])
            if each["since"] is not None:
                since = ("au moins depuis", "at least since") if each["at_least"] else ("depuis", "since")
                self._line(f"      {self._word(*since)} {_local(each['since'], zone)}", "dim")

    def _members(self, members: Sequence[Found]) -> None:
        if not members:
            return
        counts = [sum(each["truth"] is truth for each in members) for truth in (True, False, None)]
        self._line(f"  Points : {counts[0]} oui / yes, {counts[1]} non / no, {counts[2]} inconnu(s) / unknown", "bold")
        ranked = sorted(members, key=lambda each: {True: 0, None: 1, False: 2}[each["truth"]])
        for each in ranked[:_MOST_MEMBERS]:
            self._line(f"    {_MARKS[each['truth']]} {_named(each['title'], each['point'])}", _STYLES[each["truth"]])
            if each["why"] is not None:
                self._text(each["why"], indent="      ")
        if len(ranked) > _MOST_MEMBERS:
            self._line(f"    … {len(ranked) - _MOST_MEMBERS} {self._word('de plus', 'more')} (--format json)", "dim")

    def _happened(self, each: Found, zone: str) -> None:
        self._line()
        self._text(each["said"], mark="● ", style="bold")
        decided = each["decided_at"]
        if decided is not None and datetime.fromisoformat(decided) - datetime.fromisoformat(each["at"]) > _LATE:
            self._line(f"  {self._word('décidé et dit', 'decided and told')} {_local(decided, zone)}", "yellow")
        if each["source"] in _SOURCES:
            self._line(f"  ({self._word(*_SOURCES[each['source']])})", "yellow")
        for reading in each["readings"]:
            self._line(f"  {reading['property']} = {reading['text']}")
        self._comparisons(each["comparisons"], zone)
        if each["points"]:
            self._line(f"  points : {', '.join(each['points'])}")
        for request in each["notify"]:
            words = request["message"] or self._word("la fin lui est dite", "is told of the end")
            self._line(f"  → {request['team']} : {words}")
        for lights in each["lights"]:
            level = self._word("relâchées", "let go") if lights.get("level") is None else f"{lights['level']:g} %"
            self._line(f"  → {self._word('lampes', 'lamps')} {lights['group']} : {level} ({lights['reason']})")
        if each["observation"]:
            self._line(f"  {self._word('mesure', 'observation')} {each['observation']}", "dim")

    def _notes(self, notes: Sequence[Found]) -> None:
        if notes:
            self._line()
        for note in notes:
            self._text(note, mark="· ", style="dim")

    def _title(self, french: str, english: str, more: str = "", indent: str = "") -> None:
        if not indent:
            self._line()
        self._line(f"{indent}{self._word(french, english)}{more}", "bold")

    def _word(self, french: str, english: str) -> str:
        """A few words; in both languages side by side."""
        return {Languages.FRENCH: french, Languages.ENGLISH: english}.get(self.languages, f"{french} / {english}")

    def _text(self, text: Found, indent: str = "", mark: str = "", style: str = "") -> None:
        if self.languages is not Languages.ENGLISH:
            self._line(f"{indent}{mark}{text['fr']}", style)
        if self.languages is not Languages.FRENCH:
            lead = mark if self.languages is Languages.ENGLISH else " " * len(mark)
            self._line(f"{indent}{lead}{text['en']}", style if self.languages is Languages.ENGLISH else "dim")

    def _line(self, text: str = "", style: str = "") -> None:
        """Lines are broken only for a terminal, so that files keep a sentence a line."""
        self.console.print(text, style=style, soft_wrap=not self.console.is_terminal, highlight=False, markup=False)


def _named(title: str, name: str) -> str:
    return f"{title} ({name})" if title and title != name else name


def _local(moment: str, zone: str) -> str:
    return long_local(datetime.fromisoformat(moment), ZoneInfo(zone))
