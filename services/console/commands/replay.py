"""``vigie replay``: a recording through the whole city, as fast as it goes."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services.console.city import City
from services.console.failing import said_plainly
from services.console.folder import Story, opened
from services.console.replaying import Replay
from services.console.scenario_files import load_scenarios
from services.console.scenarios import Scenario
from services.console.summary import Summary
from shared.civil_time import short_local
from shared.documents import did_you_mean
from shared.errors import InputError
from shared.runtime import logs
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Settings

_SHOWN: Final = 20
_CHANGES: Final = {"fired": "déclenchée", "worsened": "aggravée", "eased": "apaisée", "resolved": "terminée"}


def replay(
    scenario: Annotated[str, typer.Argument(help="A recording or scenario of the rules folder; '?' lists them.")],
    data: Annotated[
        Path | None, typer.Option(help="Folder of the databases, kept; a replay cut short goes on there.")
    ] = None,
    rules: Annotated[Path | None, typer.Option(help="Folder of rules, teams and inventory, instead of ours.")] = None,
) -> None:
    """Play a recording through all services at full speed and print what came of it; the last line is JSON."""
    with said_plainly():
        settings = _settings(rules)
        chosen = find(scenario, settings.rules_dir)
        logs.configure("WARNING")
        if data is not None:
            run(chosen, settings, data)
            return
        with tempfile.TemporaryDirectory(prefix="vigie-") as folder:
            run(chosen, settings, Path(folder))


def _settings(rules: Path | None) -> Settings:
    given = Settings.from_environment(os.environ)
    # Port 0: any free one; a replay only talks to itself.
    settings = replace(given, listen="127.0.0.1:0", recorded_points="yes")
    # Whatever reaches people and lamps of a live city is left out.
    settings = replace(settings, sms_channel="outbox", email_channel="outbox", lighting_driver="simulated")
    settings = replace(settings, voice_channel="outbox", webhook_channel="outbox")
    return settings if rules is None else replace(settings, rules_dir=rules)


def find(name: str, rules_dir: Path) -> Scenario:
    """The scenario of that name.

    Raises:
        InputError: there is none; the message lists those there are.
    """
    known = load_scenarios(rules_dir)
    if name not in known:
        listed = "\n".join(f"  {item.id}: {item.title}" for item in known.values())
        raise InputError(
            f"pas de scénario '{name}' / no scenario '{name}'; {did_you_mean(name, known) or ''}\n"
            f"il y a / there are:\n{listed}"
        )
    return known[name]


def run(scenario: Scenario, settings: Settings, folder: Path) -> Summary:
    """Play the scenario, from where an earlier run in the folder stopped."""
    with opened(folder, scenario.id) as story, _progress() as progress:
        city = replayed_city(scenario, settings, folder, story)
        with city.running() as rpc:
            total = sum(1 for _ in scenario.instants(story.moment))
            task = progress.add_task(scenario.title, total=total, moment="")
            for moment in Replay(city, rpc, scenario, story.moment).run():
                progress.update(task, advance=1, moment=short_local(moment))
            summary, told = Summary.ask(rpc), rpc.rules_engine.transitions(limit=_SHOWN)
        Story(scenario.id, city.clock.now(), finished=True).save(folder)
    for transition in told:
        Console().print(_in_french(transition), highlight=False, soft_wrap=True)
    Console().print(summary.in_french(), highlight=False, soft_wrap=True)
    typer.echo(json.dumps(summary.figures()))
    return summary


def _in_french(transition: dict[str, Any]) -> str:
    when = short_local(datetime.fromisoformat(transition["at"]))
    # A change of severity is noted with its moment behind it, since there may be several.
    what = _CHANGES[transition["kind"].partition("@")[0]]
    return f"{when}  {what:<10}  {transition['rule']}  {transition['point']}"


def replayed_city(scenario: Scenario, settings: Settings, folder: Path, story: Story) -> City:
    """A city whose clock begins where the story stopped, and notes in the folder how far it comes."""
    first = story.moment or next(moment for moment, _ in scenario.instants())
    clock = VirtualClock(first, lambda moment: Story(scenario.id, moment).save(folder))
    return City(settings, folder, clock)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[moment]}"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
