"""What ``vigie up`` shows in the terminal: time, progress and figures, in French with English beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from services.console.summary import Summary
from shared.civil_time import long_local
from shared.runtime.clock import Clock, VirtualClock


@dataclass(frozen=True)
class Display:
    """The picture of a running city.

    Attributes:
        title: what is played.
        address: of the page.
        resumed: where an earlier run stopped, if this one goes on from there.
    """

    title: str
    address: str
    clock: Clock
    resumed: datetime | None = None

    def render(self, summary: Summary | None) -> RenderableType:
        """The picture now."""
        replayed = isinstance(self.clock, VirtualClock)
        head = Text.assemble(("Vigie  ", "bold"), (self.title, "cyan"))
        when = Text.assemble(
            "temps rejoué / replayed time  " if replayed else "heure / time  ",
            (long_local(self.clock.now()), "bold"),
        )
        lines: list[RenderableType] = [head, Text(f"page  {self.address}"), when]
        if self.resumed is not None:
            lines.append(Text(f"reprise après / resumed after {long_local(self.resumed)}", style="yellow"))
        if summary is not None:
            lines.append(_table(summary))
        lines.append(Text("Ctrl-C pour arrêter / to stop", style="dim"))
        return Group(*lines)

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
