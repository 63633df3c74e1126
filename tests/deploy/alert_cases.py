"""What each alert rule is shown, minute by minute, and whether it then speaks. See promtool's notation of series."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared import bus

UP: Final = {f'up{{job="vigie",service="{service}"}}': "1x120" for service in bus.SERVICES}
_TELEMETRY: Final = 'job="vigie",service="telemetry"'
_TAKEN: Final = f'vigie_telemetry_observations_total{{{_TELEMETRY},outcome="accepted"}}'
_REJECTED: Final = f'vigie_telemetry_rejections_total{{{_TELEMETRY},reason="unknown-device"}}'
_LEASE: Final = 'vigie_lease_held{job="vigie",service="rules_engine",part="7",pod="%s"}'
_PARKED: Final = 'vigie_batch_parked_total{job="vigie",service="notifier",event="alert_changed"}'
_ATTEMPTS: Final = 'vigie_notifier_attempts_total{job="vigie",service="notifier",channel="sms_twilio",state="%s"}'
_FOLDED: Final = 'vigie_notifier_folded_total{job="vigie",service="notifier",medium="sms",limit="%s"}'
_BEAT: Final = 'vigie_notifier_heartbeat_timestamp_seconds{job="vigie",service="notifier",pod="a"}'
_BEAT_B: Final = _BEAT.replace('"a"', '"b"')
_LAG: Final = 'vigie_batch_lag_seconds_bucket{job="vigie",service="rules_engine",event="observations",le="%s"}'
_HTTP: Final = 'vigie_http_requests_total{job="vigie",service="portal",method="GET",status="%s"}'
_LIGHTS: Final = 'job="vigie",service="lighting_controller"'
_OF_GATEWAY: Final = f'vigie_lighting_controller_%s{{{_LIGHTS},gateway="%s"}}'
_TICKS: Final = f"vigie_ticks_total{{{_LIGHTS}}}"
_LATE: Final = f'vigie_tick_lag_seconds_bucket{{{_LIGHTS},le="%s"}}'
_DELAYED: Final = f'vigie_lighting_controller_moves_total{{{_LIGHTS},move="delay"}}'
_DEAD: Final = 'rabbitmq_detailed_queue_messages{job="rabbitmq",vhost="vigie",queue="%s"}'


@dataclass(frozen=True)
class Case:
    """Series, and whether the alert fires at that minute."""

    alert: str
    why: str
    series: dict[str, str]
    fires: bool
    minute: int = 100


def _counter(alert: str, series: str, much: str = "0+1x120", little: str = "0x120") -> tuple[Case, Case]:
    return (
        Case(alert, "it grows", {series: much}, fires=True),
        Case(alert, "it stands", {series: little}, fires=False),
    )


def _lamps(gateways: Mapping[str, tuple[int, int]]) -> dict[str, str]:
    """How many luminaires each gateway has, and how many of them fall silent."""
    found: dict[str, str] = {}
    for gateway, (number, silent) in gateways.items():
        found[_OF_GATEWAY % ("luminaires", gateway)] = f"{number}x120"
        found[_OF_GATEWAY % ("silent_luminaires", gateway)] = f"0x50 {silent}x70"
    return found


CASES: Final = (
    Case("VigieProcessDown", "one process is away", {f'up{{{_TELEMETRY},pod="a"}}': "1x10 0x110"}, fires=True),
    Case("VigieProcessDown", "it starts anew", {f'up{{{_TELEMETRY},pod="a"}}': "1x98 0x1 1x9"}, fires=False),
    Case("VigieServiceAbsent", "no portal", {k: v for k, v in UP.items() if "portal" not in k}, fires=True),
    Case("VigieServiceAbsent", "all there", UP, fires=False),
    Case("VigieLeaseUnheld", "nobody", {_LEASE % "a": "1x50 0x70", _LEASE % "b": "0x120"}, fires=True),
    Case("VigieLeaseUnheld", "handed over", {_LEASE % "a": "1x50 0x70", _LEASE % "b": "0x50 1x70"}, fires=False),
    *_counter(
        "VigieLeasesRestless",
        'vigie_lease_changes_total{job="vigie",service="rules_engine",change="lost"}',
        much="0+6x120",
        little="0x90 32x30",
    ),
    Case("VigieHttpErrors", "one in ten", {_HTTP % 200: "0+90x120", _HTTP % 503: "0+10x120"}, fires=True),
    Case("VigieHttpErrors", "one in a hundred", {_HTTP % 200: "0+99x120", _HTTP % 503: "0+1x120"}, fires=False),
    Case("VigieTakesNothing", "it stops", UP | {_TAKEN: "0+9x40 360x80"}, fires=True),
    Case("VigieTakesNothing", "it never began", UP, fires=True),
    Case("VigieTakesNothing", "a trickle", UP | {_TAKEN: "0+1x120"}, fires=False),
    Case("VigieTakesNothing", "telemetry is down: another alert", {f"up{{{_TELEMETRY}}}": "0x120"}, fires=False),
    Case("VigieRejections", "one in ten", {_TAKEN: "0+90x120", _REJECTED: "0+10x120"}, fires=True),
    Case("VigieRejections", "nothing else", {_REJECTED: "0+10x120"}, fires=True),
    Case("VigieRejections", "one in a hundred", {_TAKEN: "0+990x120", _REJECTED: "0+10x120"}, fires=False),
    Case("VigieRejections", "a few of few", {_TAKEN: "0x90 1x30", _REJECTED: "0x90 5x30"}, fires=False),
    *_counter("VigieIllegibleTopics", 'vigie_bus_illegible_total{job="vigie",service="telemetry"}'),
    *_counter("VigieOutboxStuck", 'vigie_outbox_oldest_seconds{job="vigie",service="notifier"}', "0+60x120", "2x120"),
    Case("VigieConsumerBehind", "a minute", {_LAG % 60: "0+100x120", _LAG % "+Inf": "0+100x120"}, fires=True),
    Case("VigieConsumerBehind", "a second", {_LAG % 1: "0+100x120", _LAG % "+Inf": "0+100x120"}, fires=False),
    *_counter("VigieMessagesParked", _PARKED),
    Case("VigieMessagesParked", "the very first one", {_PARKED: "_x95 1x25"}, fires=True),
    Case("VigieMessagesParked", "long ago", {_PARKED: "1x120"}, fires=False),
    Case("VigieDeadLetters", "one", {_DEAD % "vigie.dead_letters": "0x90 1x30"}, fires=True),
    Case("VigieDeadLetters", "none, but work", {_DEAD % "vigie.notifier.alert_changed": "9x120"}, fires=False),
    *_counter("VigieDueRowsFail", 'vigie_tick_failures_total{job="vigie",service="notifier"}'),
    *_counter("VigieNotificationsFailed", _ATTEMPTS % "failed"),
    Case("VigieNotificationsFailed", "the very first one", {_ATTEMPTS % "failed": "_x95 1x25"}, fires=True),
    Case("VigieNotificationsFailed", "all sent", {_ATTEMPTS % "sent": "0+9x120"}, fires=False),
    *_counter("VigieNotificationsUncertain", _ATTEMPTS % "uncertain"),
    *_counter("VigieReceiptsRefused", 'vigie_notifier_receipts_total{job="vigie",service="notifier",status="refused"}'),
    # A counter of minutes that keeps pace with the time, beside one that stopped; and one that never began.
    *_counter("VigieHeartbeatWithheld", _BEAT, much="60x120", little="0+60x120"),
    Case("VigieHeartbeatWithheld", "nobody is to be called", {_BEAT: "0x120"}, fires=False),
    Case("VigieHeartbeatWithheld", "another took over", {_BEAT: "60x120", _BEAT_B: "0+60x120"}, fires=False),
    *_counter("VigieBudgetSpent", _FOLDED % "budget"),
    Case("VigieBudgetSpent", "the very first one", {_FOLDED % "budget": "_x95 1x25"}, fires=True),
    Case("VigieBudgetSpent", "by another limit", {_FOLDED % "interruptions": "0+9x120"}, fires=False),
    *_counter("VigiePortalUnanswered", 'vigie_portal_unanswered_total{job="vigie",service="telemetry",why="late"}'),
    *_counter("VigieLampsGivenUp", 'vigie_lighting_controller_moves_total{job="vigie",move="give-up"}'),
    Case("VigieLampsSilent", "a tenth of a gateway", _lamps({"n": (500, 2), "s": (60, 6)}), fires=True),
    Case("VigieLampsSilent", "less than a tenth", _lamps({"n": (500, 2), "s": (600, 24)}), fires=False),
    Case("VigieLampsSilent", "a few of a small one", _lamps({"n": (500, 2), "s": (10, 4)}), fires=False),
    Case("VigieLampsSilent", "a twentieth of the city", _lamps({"n": (500, 30), "s": (500, 30)}), fires=True),
    Case("VigieLampsSilent", "a small city's gateway", _lamps({"default": (20, 5)}), fires=True),
    Case("VigieLampsSilent", "single ones of a large city", _lamps({"n": (9000, 90), "s": (9000, 90)}), fires=False),
    Case("VigieLampsSilent", "no lamps", _lamps({"default": (0, 0)}), fires=False),
    *_counter("VigieProgrammesWait", f"vigie_lighting_controller_programmes_outstanding{{{_LIGHTS}}}", "3x120"),
    Case(
        "VigieProgrammesWait",
        "they leave within the hour",
        {f"vigie_lighting_controller_programmes_outstanding{{{_LIGHTS}}}": "0x50 300x40 0x30"},
        fires=False,
    ),
    Case("VigieLightsLate", "nobody ticks", {_TICKS: "0+30x50 1500x70"}, fires=True),
    Case(
        "VigieLightsLate",
        "it ticks late",
        {_LATE % 10: "0x120", _LATE % 60: "0+9x120", _LATE % "+Inf": "0+9x120"},
        fires=True,
    ),
    Case("VigieLightsLate", "the way is closed", {_TICKS: "0+30x120", _DELAYED: "0+9x120"}, fires=True),
    Case(
        "VigieLightsLate",
        "all is well",
        {_TICKS: "0+30x120", _DELAYED: "9x120", _LATE % 10: "0+9x120", _LATE % "+Inf": "0+9x120"},
        fires=False,
    ),
    *_counter("VigieRulesBroken", 'vigie_rules_engine_rule_problems{job="vigie",service="rules_engine"}', "2x120"),
    # Every process has the figure; only the engine's own means anything.
    Case("VigieRulesBroken", "another's", {f"vigie_rules_engine_rule_problems{{{_TELEMETRY}}}": "2x120"}, fires=False),
    *_counter("VigieLightingRefused", f"vigie_lighting_controller_file_problems{{{_LIGHTS}}}", "2x120"),
    *_counter(
        "VigieRulesQuarantined", 'vigie_rules_engine_quarantined_rules{job="vigie",service="rules_engine"}', "1x120"
    ),
    *_counter("VigieInventoryBroken", 'vigie_device_registry_import_problems{job="vigie",service="device_registry"}'),
)
