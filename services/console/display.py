"""What ``vigie up`` shows in the terminal: time, progress and figures, in French with English beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.console.rules_in_force import RulesInForce
from services.console.summary import Summary
from shared.civil_time import long_local
from shared.runtime.clock import Clock, VirtualClock


@dataclass(frozen=True)
class Display:
    """The picture of a running city.

    Attributes:
        title: what is played.
        address: of the page.
        folder: the rules folder that the city follows.
        data: where all that it keeps lies.
        resumed: where an earlier run stopped, if this one goes on from there.
    """

    title: str
    address: str
    clock: Clock
    folder: Path
    data: Path
    resumed: datetime | None = None

    def opening(self) -> str:
        """The first words, where no picture is drawn: in a log, or under a supervisor."""
        return "\n".join((f"Vigie  {self.title}", *self._places()))

    def render(self, summary: Summary | None, rules: RulesInForce | None = None) -> RenderableType:
        """The picture now."""
        replayed = isinstance(self.clock, VirtualClock)
        head = Text.assemble(("Vigie  ", "bold"), (self.title, "cyan"))
        when = Text.assemble(
            "temps rejoué / replayed time  " if replayed else "heure / time  ",
            (long_local(self.clock.now()), "bold"),
        )
        lines: list[RenderableType] = [head, when, *map(Text, self._places())]
        if self.resumed is not None:
            lines.append(Text(f"reprise après / resumed after {long_local(self.resumed)}", style="yellow"))
        if rules is not None:
            lines += map(Text, rules.lines())
        if summary is not None:
            lines.append(_table(summary))
        lines.append(Text("Ctrl-C pour arrêter / to stop", style="dim"))
        return Group(*lines)

    def _places(self) -> Iterator[str]:
        yield f"page  {self.address}"
        yield f"dossier de règles / rules folder  {self.folder}"
        yield f"données, journal, clé / data, log, key  {self.data.resolve()} (vigie.log, operator.key)"

    def closing(self, summary: Summary) -> str:
        """The last words."""
        return f"Vigie s'arrête à {long_local(self.clock.now())} : {summary.in_french()}."


def _table(summary: Summary) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    names = {
        "observations": "observations",
        "alerts": "alertes / alerts",
        "resolved": "terminées / resolved",
        "sms": "SMS",
        "emails": "courriels / e-mails",
        "lamp_changes": "changements de lampes / lamp changes",
    }
    for key, number in summary.figures().items():
        table.add_row(f"{number:>8}", names[key])
    return table
