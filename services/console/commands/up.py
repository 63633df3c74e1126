"""``vigie up``: the whole city in one process, live or replaying a scenario, with a page to look at."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import eventlet
import typer
from rich.console import Console
from rich.live import Live

from services.console.city import City
from services.console.commands.replay import find, replayed_city
from services.console.display import Display
from services.console.failing import said_plainly
from services.console.folder import LIVE, Story, opened
from services.console.operator_key import with_operator_key
from services.console.replaying import Replay
from services.console.rules_followed import follow
from services.console.rules_in_force import RulesInForce
from services.console.scenarios import Scenario
from services.console.summary import Summary
from shared.errors import InputError
from shared.runtime import logs
from shared.runtime.clock import SystemClock
from shared.runtime.settings import Settings
from shared.units import UnitError, parse_duration

_REFRESH_S: Final = 0.5
_LOOK_S: Final = 0.2
DEMO: Final = "demo"


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Play the shipped scenario 'demo'.")] = False,
    scenario: Annotated[str | None, typer.Option(help="Play this recording or scenario.")] = None,
    speed: Annotated[
        str, typer.Option(help="Replayed time for each second, e.g. '3 h'; 'max': at full speed.")
    ] = "3 h",
    lasting: Annotated[
        str | None, typer.Option("--for", help="Stop by itself after this time, e.g. 60s, with a closing summary.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Folder of the databases.")] = Path("var/city"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Empty the folder first.")] = False,
    key_for: Annotated[
        list[str] | None, typer.Option(help="Issue a key for the devices of this directorate, and print it.")
    ] = None,
    listen: Annotated[str | None, typer.Option(help="HOST:PORT of the page and of the HTTP interface.")] = None,
) -> None:
    """Run all services in this process. Ctrl-C ends it; what was accepted is kept in the data folder.

    Without a scenario the clock is the machine's and the city waits for sensors at http://HOST:PORT/v1/observations.
    """
    with said_plainly():
        settings = Settings.from_environment(os.environ)
        settings = settings if listen is None else replace(settings, listen=listen)
        rules = settings.rules_dir
        if not rules.is_dir():
            raise InputError(f"VIGIE_RULES_DIR : le dossier '{rules}' n'existe pas / there is no folder '{rules}'")
        ends = None if lasting is None else time.monotonic() + _seconds(lasting)
        name = DEMO if demo else scenario
        chosen = None if name is None else find(name, settings.rules_dir)
        pace = _Pace(None if chosen is None else _speed(speed), ends)
        with opened(data, LIVE if chosen is None else chosen.id, fresh=fresh) as story, _ended_by_signals(pace):
            follow(settings.rules_dir, data, os.environ)
            settings = with_operator_key(settings, data)
            logs.configure(settings.log_level, (data / "vigie.log").open("a", encoding="utf-8"))
            if chosen is None:
                _live(settings, data, pace, key_for or [])
            else:
                _replayed(settings, data, chosen, story, pace)


@contextmanager
def _ended_by_signals(pace: _Pace) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run at its next step, with its closing words, instead of anywhere."""
    before = {number: signal.signal(number, lambda *_: pace.end()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _seconds(text: str) -> float:
    try:
        return parse_duration(text).total_seconds()
    except UnitError as error:
        raise InputError(f"--for: {error}") from error


def _speed(text: str) -> timedelta | None:
    return None if text == "max" else parse_duration(text)


@dataclass
class _Pace:
    """Holds the replay back to a speed, and ends it in time.

    Attributes:
        speed: replayed time for a second; None: as fast as it goes.
        ends: monotonic time at which to stop; None: when the scenario does.
    """

    speed: timedelta | None
    ends: float | None
    _origin: tuple[datetime, float] | None = None

    def __call__(self, moment: datetime) -> bool:
        """Wait until it is the moment's turn; False when time is up."""
        if self._origin is None:
            self._origin = (moment, time.monotonic())
        if self.speed is not None:
            turn = self._origin[1] + (moment - self._origin[0]) / self.speed
            while not self.is_over() and (left := turn - time.monotonic()) > 0:
                eventlet.sleep(min(left, _LOOK_S))
        return not self.is_over()

    def end(self) -> None:
        """Let the time be up now."""
        self.ends = 0.0

    def is_over(self) -> bool:
        """Whether the time is up."""
        return self.ends is not None and time.monotonic() >= self.ends


def _replayed(settings: Settings, data: Path, scenario: Scenario, story: Story, pace: _Pace) -> None:
    city = replayed_city(scenario, settings, data, story)
    with city.running() as rpc:
        display = Display(scenario.title, _address(city), city.clock, settings.rules_dir, data, resumed=story.moment)
        replay = Replay(city, rpc, scenario, story.moment)
        if _show(city, display, rpc, _until_over(replay.run(pace), pace)):
            Story(scenario.id, city.clock.now(), finished=True).save(data)
        Console().print(display.closing(Summary.ask(rpc)), highlight=False)


def _until_over(moments: Iterator[datetime], pace: _Pace) -> Iterator[bool]:
    """Yields after each step whether the scenario is finished; after its end, waits for the end of the time."""
    for _ in moments:
        yield False
    if pace.is_over():
        return
    while not pace.is_over():
        yield True
        eventlet.sleep(_LOOK_S)


def _live(settings: Settings, data: Path, pace: _Pace, key_for: list[str]) -> None:
    city = City(settings, data, SystemClock())
    with city.running() as rpc:
        for directorate in key_for:
            key = rpc.device_registry.issue_key(actor={"id": "vigie up"}, directorate=directorate)
            Console().print(f"{directorate}: {key}", highlight=False, soft_wrap=True)
        display = Display("en direct / live", _address(city), city.clock, settings.rules_dir, data)
        _show(city, display, rpc, _until_over(iter(()), pace))
        Console().print(display.closing(Summary.ask(rpc)), highlight=False)


def _show(city: City, display: Display, rpc: Any, steps: Iterator[bool]) -> bool:
    """Draw the summary twice a second while the steps go on; whether the scenario was finished.

    Without a terminal nothing can be drawn again: what matters is printed once, and the rules whenever they change.
    """
    finished = False
    shown = 0.0
    told: list[str] = []
    console = Console()
    if not console.is_terminal:
        console.print(display.opening(), highlight=False, markup=False, soft_wrap=True)
    with Live(display.render(None), console=console, auto_refresh=False) as live:
        for step in steps:
            city.check()
            finished = step
            if time.monotonic() - shown >= _REFRESH_S:
                rules = RulesInForce.ask(rpc, display.folder)
                live.update(display.render(Summary.ask(rpc), rules), refresh=True)
                if not console.is_terminal and rules is not None and rules.lines() != told:
                    told = rules.lines()
                    console.print("\n".join(told), highlight=False, markup=False, soft_wrap=True)
                shown = time.monotonic()
    return finished


def _address(city: City) -> str:
    host, port = city.site.address
    return f"http://{host}:{port}/"
