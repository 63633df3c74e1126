"""Each trap that real data set has a test that falls into it if the code does; here is which, and that it is there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
ENGINE = "unit/services/rules_engine/domain"
TRAPS = {
    "millimetres and metres": (
        f"{ENGINE}/operators/test_comparison.py::test_a_threshold_is_converted_to_the_unit_of_the_property",
        f"{ENGINE}/checks/test_unit_mismatch.py::test_the_hint_tells_the_unit_of_a_reading",
        f"{ENGINE}/checks/test_out_of_range.py::test_with_a_unit_it_asks_whether_that_is_right",
    ),
    "percent, fraction and tenths": (
        f"{ENGINE}/operators/test_members.py::test_a_share_is_in_percent_and_a_value_in_its_own_unit",
        "component/test_whole_import.py::test_the_bins_of_wyndham_are_as_often_full_as_they_were",
    ),
    "zero is not missing": (
        "rules/test_oracles_mobility.py::test_an_empty_cell_is_no_zero_and_no_news",
        "rules/test_oracles_mobility.py::test_the_dead_counter_is_known_by_its_neighbours_at_a_quarter_past_eleven",
        "unit/services/telemetry/test_things_stack.py::test_what_is_left_out_because_it_is_zero_is_zero",
    ),
    "local times on the nights when clocks change": (
        "unit/services/telemetry/test_csv_history.py::test_local_times_on_the_nights_when_clocks_change",
        f"{ENGINE}/testing/test_running.py::test_on_the_night_in_march_the_hours_of_a_rule_are_those_of_clocks",
        f"{ENGINE}/testing/test_running.py::test_on_the_night_in_october_an_hour_more_is_watched",
        f"{ENGINE}/test_spans.py::test_a_civil_day_has_23_24_or_25_hours_and_24_hours_have_24",
    ),
    "decibels are averaged as energy": (
        "rules/test_oracles_noise.py::test_the_mean_of_the_decibels_themselves_would_be_another",
        f"{ENGINE}/operators/test_windows.py::test_levels_in_decibels_are_averaged_as_energy_where_a_mean_is_asked",
    ),
    "counters that only grow": (
        "unit/services/telemetry/test_counting.py::test_nothing_is_ever_counted_backwards",
        "component/test_lorawan.py::test_a_counter_tells_by_how_much_it_grew",
    ),
    "one frame, two gateways": (
        "unit/services/telemetry/test_sources.py::test_a_frame_heard_by_two_gateways_is_one_claim",
        "unit/services/telemetry/test_things_stack.py::test_a_gateway_that_packet_broker_forwards_for_is_counted_once",
    ),
    "frames without the measure; null is not less than five": (
        "component/test_lorawan.py::test_alarm_battery_information_and_network_frames_are_all_normal",
        f"{ENGINE}/test_published.py::test_what_is_missing_is_unknown_exactly_where_json_logic_says_null",
        f"{ENGINE}/test_advancing_laws.py::test_what_is_only_ever_unknown_never_fires_unless_the_rule_says_so",
    ),
    "scalars of YAML 1.1": ("unit/shared/test_documents.py::test_a_scalar_is_what_it_looks_like",),
    "longitude before latitude": (
        "unit/services/device_registry/domain/exchange/test_planning.py::test_every_fault_has_its_line_and_column",
    ),
    "titles of columns that drift": (
        "rules/test_recordings.py::test_a_manifest_says_what_the_file_has",
        "unit/services/telemetry/test_csv_history.py::test_a_table_that_says_nothing_is_refused_as_a_whole",
    ),
    "simulated uplinks page nobody": (
        "component/test_lorawan.py::test_an_uplink_that_was_made_up_is_shown_and_believed_by_nobody",
        f"{ENGINE}/testing/test_running.py::test_a_doubtful_value_fires_nothing",
    ),
    "flat is not always a fault, a rise no flood, a drop no fault": (
        "rules/test_oracles_water.py::test_without_a_level_two_releases_of_a_dam_look_like_floods",
        "rules/test_oracles_mobility.py::test_in_the_snow_no_counter_is_called_dead",
        "rules/test_stations_and_probes.py::test_one_value_for_a_day_is_a_stuck_probe",
    ),
}


@pytest.mark.parametrize("test", [test for tests in TRAPS.values() for test in tests])
def test_the_test_of_a_trap_is_there(test: str) -> None:
    file, name = test.split("::")
    found = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    assert name in {each.name for each in ast.walk(found) if isinstance(each, ast.FunctionDef)}


def test_there_are_thirteen_traps() -> None:
    assert len(TRAPS) == 13
