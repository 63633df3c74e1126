"""The commands of ``vigie`` and what they print when something is wrong."""

from __future__ import annotations

from typing import Final

import typer

from services.console.commands import (
    bus,
    db,
    history,
    incidents,
    lamps,
    lighting,
    notify,
    on_call,
    registry,
    replay,
    rules,
    rules_explain,
    rules_versions,
    serve,
    silence,
    told,
    up,
    why,
)

application: Final = typer.Typer(
    name="vigie",
    help="Règles et alertes pour une métropole connectée. / Rules and alerting for a connected metropolis.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
application.command()(up.up)
application.command()(replay.replay)
application.command()(serve.serve)
application.command()(lamps.lamps)
application.command()(why.why)
application.command("why-not")(why.why_not)
application.command("why-told")(told.why_told)
application.command("why-not-told")(told.why_not_told)
rules.application.command()(rules_explain.explain)
rules.application.command()(rules_versions.apply)
rules.application.command()(rules_versions.history)
rules.application.command("diff")(rules_versions.difference)
rules.application.command("rollback")(rules_versions.roll_back)
rules.application.command()(rules_versions.release)
application.add_typer(rules.application, name="rules")
application.add_typer(silence.application, name="silence")
application.add_typer(db.application, name="db")
application.add_typer(bus.application, name="bus")
application.add_typer(registry.application, name="registry")
application.add_typer(incidents.application, name="incidents")
application.add_typer(history.application, name="history")
application.add_typer(notify.application, name="notify")
application.add_typer(on_call.application, name="on-call")
application.add_typer(lighting.application, name="lighting")
