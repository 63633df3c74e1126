"""The commands of ``vigie`` and what they print when something is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

import typer
from typer.core import TyperGroup

_COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "up": "up:up",
        "replay": "replay:replay",
        "serve": "serve:serve",
        "lamps": "lamps:lamps",
        "why": "why:why",
        "why-not": "why:why_not",
        "why-told": "told:why_told",
        "why-not-told": "told:why_not_told",
        "rules": "rules",
        "silence": "silence",
        "db": "db",
        "bus": "bus",
        "registry": "registry",
        "incidents": "incidents",
        "history": "history",
        "notify": "notify",
        "on-call": "on_call",
        "lighting": "lighting",
    }
)
"""By its name, the module of ``commands/`` and the function there; without one, the module's ``application``."""


class _Late(TyperGroup):
    """Imports the module of a command when that command is wanted.

    A process that runs one service carries no other, and who asks for one thing does not wait for all to be read.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order in which they are shown."""
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name; None: there is none."""
        return _loaded(cmd_name) if cmd_name in _COMMANDS else None


def _loaded(name: str) -> Any:
    module, _, function = _COMMANDS[name].partition(":")
    found = import_module(f"services.console.commands.{module}")
    if not function:
        command: Any = typer.main.get_group(found.application)
        command.name = name
        return command
    alone = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
    alone.command(name)(getattr(found, function))
    return typer.main.get_command(alone)


application: Final = typer.Typer(cls=_Late, name="vigie", no_args_is_help=True, pretty_exceptions_show_locals=False)


@application.callback()
def vigie() -> None:
    """Règles et alertes pour une métropole connectée. / Rules and alerting for a connected metropolis."""
