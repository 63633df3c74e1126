"""``vigie lighting``: what the street lights are to do, do and use, asked of a running city or of a folder's files."""

from __future__ import annotations

from typing import Final

import typer

from services.console.commands import (
    lighting_check,
    lighting_energy,
    lighting_faults,
    lighting_night,
    lighting_orders,
    lighting_plan,
    lighting_state,
)

application: Final = typer.Typer(
    help="L'éclairage public : plan, état, commandes, énergie. / Street lights: plan, state, orders, energy.",
    no_args_is_help=True,
)


@application.callback()
def group() -> None:
    """L'éclairage public : plan, état, commandes, énergie. / Street lights: plan, state, orders, energy."""


application.command("check")(lighting_check.check)
application.command("faults")(lighting_faults.faults)
application.command("state")(lighting_state.state)
application.command("overrides")(lighting_state.overrides)
application.command("override")(lighting_orders.override)
application.command("resume")(lighting_orders.resume)
application.command("emergency")(lighting_orders.emergency)
application.command("emergency-renew")(lighting_orders.renew)
application.command("emergency-end")(lighting_orders.end)
application.command()(lighting_plan.plan)
application.command()(lighting_energy.energy)
application.command()(lighting_energy.upkeep)
application.command()(lighting_night.night)
