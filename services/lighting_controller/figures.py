"""The figures that Prometheus reads of the lighting controller."""

from __future__ import annotations

from collections import Counter as Counters
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from services.lighting_controller.domain.fault import Fault
from services.lighting_controller.domain.network.network import Network
from services.lighting_controller.use_cases.act_on_due import Acted
from services.lighting_controller.use_cases.count_energy import Tally
from services.lighting_controller.use_cases.upload_programmes import Uploaded

REQUESTS: Final = Counter("vigie_lighting_controller_requests_total", "Requests of rules, by outcome.", ["outcome"])
_MOVES: Final = Counter("vigie_lighting_controller_moves_total", "What was done about luminaires.", ["move"])
REPORTS: Final = Counter("vigie_lighting_controller_reports_total", "Reports of luminaires, by outcome.", ["outcome"])
_COMMANDS: Final = Counter("vigie_lighting_controller_commands_total", "Commands handed to the driver.", ["gateway"])
_ANSWERS: Final = Histogram(
    "vigie_lighting_controller_answers_seconds",
    "From a command, the last if there were several, to the report that it is obeyed.",
    buckets=(0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900),
)
FILE_PROBLEMS: Final = Gauge(
    "vigie_lighting_controller_file_problems",
    "Problems of the files of lighting that keep a change from being in force.",
)
_FAULTS: Final = Gauge("vigie_lighting_controller_faults", "Luminaires that have a fault, by fault.", ["fault"])
_LUMINAIRES: Final = Gauge("vigie_lighting_controller_luminaires", "Luminaires, by gateway.", ["gateway"])
_SILENT: Final = Gauge(
    "vigie_lighting_controller_silent_luminaires",
    "Luminaires that have a communication fault, by gateway.",
    ["gateway"],
)
_PROGRAMMES: Final = Counter(
    "vigie_lighting_controller_programmes_total",
    "Programmes that were due to be uploaded: given, unchanged, or refused because the way was closed.",
    ["outcome"],
)
_OUTSTANDING: Final = Gauge(
    "vigie_lighting_controller_programmes_outstanding",
    "Luminaires that keep another programme than they should, or none, as their upload waits.",
)
_ENERGY: Final = Counter(
    "vigie_lighting_controller_energy_watt_hours_total",
    "What luminaires used (reported, estimated), and would have by the calendar alone or at 100 % all night (full).",
    ["reckoned"],
)
_LIT: Final = Counter("vigie_lighting_controller_lit_seconds_total", "Burning time of all luminaires, as reported.")
_UNKNOWN: Final = Counter("vigie_lighting_controller_unknown_seconds_total", "Time in which a luminaire was unknown.")
_POWER: Final = Gauge("vigie_lighting_controller_power_watts", "What all luminaires draw together, when last counted.")


def note_energy(tally: Tally) -> None:
    """Add what was counted now."""
    use = tally.use
    amounts = {
        "reported": use.reported_wh, "estimated": use.estimated_wh, "calendar": use.calendar_wh, "full": use.full_wh,
    }  # fmt: skip
    for reckoned, amount in amounts.items():
        _ENERGY.labels(reckoned).inc(amount)
    _LIT.inc(use.lit_s)
    _UNKNOWN.inc(use.unknown_s)
    if tally.power_w is not None:
        _POWER.set(tally.power_w)


def note_acted(acted: Acted, network: Network) -> None:
    """Add what a tick did."""
    for move, number in acted.moves.items():
        _MOVES.labels(move.value).inc(number)
    for command in acted.sent:
        _COMMANDS.labels(network.gateway_of(command.luminaire)).inc()
    observe_answers(acted.answers)
    if acted.faults is not None:
        show_faults(acted.faults)
        _show_gateways(network, acted.silent)


def note_uploaded(uploaded: Uploaded) -> None:
    """Add what became of programmes that were due."""
    _PROGRAMMES.labels("given").inc(uploaded.number)
    _PROGRAMMES.labels("unchanged").inc(uploaded.unchanged)
    _PROGRAMMES.labels("refused").inc(uploaded.refused)
    if uploaded.outstanding is not None:
        _OUTSTANDING.set(uploaded.outstanding)


def observe_answers(answers: Iterable[timedelta]) -> None:
    """Add how long commands took that were acknowledged."""
    for answer in answers:
        _ANSWERS.observe(answer.total_seconds())


def show_faults(faults: Mapping[Fault, int]) -> None:
    """Show how many luminaires have each fault now."""
    for fault in Fault:
        _FAULTS.labels(fault.value).set(faults.get(fault, 0))


def rest() -> None:
    """Show nothing of what only the replica knows that commands."""
    show_faults({})
    _LUMINAIRES.clear()
    _SILENT.clear()
    _OUTSTANDING.set(0)


def _show_gateways(network: Network, silent: Iterable[str]) -> None:
    _LUMINAIRES.clear()
    _SILENT.clear()
    by_gateway = Counters(map(network.gateway_of, silent))
    for gateway, number in network.by_gateway.items():
        _LUMINAIRES.labels(gateway).set(number)
        _SILENT.labels(gateway).set(by_gateway[gateway])
