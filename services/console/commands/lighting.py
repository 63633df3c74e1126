"""``vigie lighting``: what the street lights are to do, do and use, asked of a running city or of a folder's files."""

from __future__ import annotations

from typing import Final

import typer

from services.console.commands import lighting_energy, lighting_night

application: Final = typer.Typer(
    help="L'éclairage public : plan, état, commandes, énergie. / Street lights: plan, state, orders, energy.",
    no_args_is_help=True,
)


@application.callback()
def group() -> None:
    """L'éclairage public : plan, état, commandes, énergie. / Street lights: plan, state, orders, energy."""


application.command()(lighting_energy.energy)
application.command()(lighting_energy.upkeep)
application.command()(lighting_night.night)
