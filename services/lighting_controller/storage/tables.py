"""The tables of the lighting controller. A column ``due_at`` says when the row wants to be looked at; NULL: never."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, Table, Text

from shared.runtime.lease_tables import add_lease_tables
from shared.runtime.message_tables import RowId, Utc, service_metadata

METADATA = service_metadata()
add_lease_tables(METADATA)

LUMINAIRE_GROUP = Table(
    "luminaire_group",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("title", Text, nullable=False),
    Column("directorate", Text, nullable=False),
    Column("latitude", Float, nullable=False),
    Column("longitude", Float, nullable=False),
    Column("zone", Text, nullable=False),
    Column("due_at", Utc),
    Index(None, "due_at"),
)

MEMBER = Table(
    "member",
    METADATA,
    Column("group", Text, primary_key=True),
    Column("luminaire", Text, primary_key=True),
    Index(None, "luminaire"),
)

LUMINAIRE = Table(
    "luminaire",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("target_source", Text),
    Column("target_level", Integer),
    Column("target_by", Text),
    Column("target_group", Text),
    Column("target_ramp_s", Float),
    Column("target_trace", Text),
    Column("sent_level", Integer),
    Column("sent_tries", Integer),
    Column("sequence", Integer, nullable=False),
    Column("obeyed", Integer),
    Column("feedback", Integer),
    Column("actual", Integer),
    Column("reported_at", Utc),
    Column("fault", Text),
    Column("changes", Integer, nullable=False),
    Column("changed_at", Utc),
    Column("wanted_level", Integer),
    Column("wanted_ramp_s", Float),
    Column("lost", Text),
    Column("floor", Integer),
    Column("cuts", Text),
    Column("waits_since", Utc),
    Column("look_at", Utc),
    Column("told_level", Integer),
    Column("told_before", Integer),
    Column("told_at", Utc),
    Column("dimmed_at", Utc),
    Column("counted_at", Utc),
    Column("due_at", Utc),
    Column("sent_at", Utc),
    Column("check_at", Utc),
    Column("examine_at", Utc),
    Column("observed_at", Utc),
    Column("power_w", Float),
    Column("lamp_failure", Boolean),
    Index(None, "due_at"),
    Index(None, "counted_at"),
)

FINDING = Table(
    "finding",
    METADATA,
    Column("luminaire", Text, primary_key=True),
    Column("fault", Text, primary_key=True),
    Column("noticed_at", Utc, primary_key=True),
    Column("since", Utc),
    Column("well_since", Utc),
    Column("ended_at", Utc),
    Column("tries", Integer, nullable=False),
    Column("level", Integer),
    Index(None, "ended_at", "luminaire"),
)

OVERRIDE = Table(
    "override",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("alert", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("group", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("day", Boolean, nullable=False),
    Column("ramp_s", Float, nullable=False),
    Column("at_most_s", Float),
    Column("starts_at", Utc, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("lease_until", Utc, nullable=False),
    Column("standing", Text, nullable=False),
    Column("used_s", Float, nullable=False),
    Column("counted_until", Utc, nullable=False),
    Column("used_up_at", Utc),
    Column("trace", Text, nullable=False),
    Column("due_at", Utc),
    Column("emergency", Text),
    Column("luminaires", Text),
    Column("demand", Text),
    Index(None, "due_at"),
    Index(None, "group", "standing"),
    Index(None, "emergency"),
)

EMERGENCY = Table(
    "emergency",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("day", Boolean, nullable=False),
    Column("ramp_s", Float, nullable=False),
    Column("area", Text),
    Column("geometry", Text),
    Column("whole_groups", Text, nullable=False),
    Column("starts_at", Utc, nullable=False),
    Column("asked_at", Utc, nullable=False),
    Column("lease_until", Utc, nullable=False),
    Column("ended_at", Utc),
    Column("demand", Text, nullable=False),
    Index(None, "lease_until"),
)

CUT_TOLD = Table(
    "cut_told",
    METADATA,
    Column("override", Text, primary_key=True),
    Column("cut", Text, primary_key=True),
    Column("level", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
)

SIMULATED_LAMP = Table(
    "simulated_lamp",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("since", Utc, nullable=False),
    Column("before", Integer),
    Column("origin", Integer, nullable=False),
    Column("level", Integer),
    Column("ramp_s", Float, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("programme", Text),
)

PROGRAMME = Table(
    "programme",
    METADATA,
    Column("luminaire", Text, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("due_at", Utc, nullable=False),
    Index(None, "due_at"),
)

LEVEL_CHANGE = Table(
    "level_change",
    METADATA,
    Column("id", RowId, primary_key=True),
    Column("luminaire", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Column("level", Integer),
    Column("power_w", Float),
    Column("source", Text),
    Column("by", Text),
    Column("fault", Text),
    Column("heard_until", Utc),
    Column("power_only", Boolean, nullable=False),
    Index(None, "luminaire", "id"),
    Index(None, "at"),
)

METER = Table(
    "meter",
    METADATA,
    Column("luminaire", Text, primary_key=True),
    Column("counted_until", Utc, nullable=False),
    Column("seen", RowId, nullable=False),
    Column("level", Integer),
    Column("reported_w", Float),
    Column("target", Integer),
    Column("fault", Text),
    Column("device", Text),
    Column("power_w", Float),
    Column("burning_s", Float, nullable=False),
    Column("burning_estimated_s", Float, nullable=False),
    Column("faults", Integer, nullable=False),
    Index(None, "counted_until"),
)

ENERGY_NIGHT = Table(
    "energy_night",
    METADATA,
    Column("luminaire", Text, primary_key=True),
    Column("night", Date, primary_key=True),
    Column("tariff", Text, primary_key=True),
    Column("reported_wh", Float, nullable=False),
    Column("estimated_wh", Float, nullable=False),
    Column("calendar_wh", Float, nullable=False),
    Column("full_wh", Float, nullable=False),
    Column("lit_s", Float, nullable=False),
    Column("lit_estimated_s", Float, nullable=False),
    Column("unknown_s", Float, nullable=False),
    Column("switchings", Integer, nullable=False),
    Index(None, "night"),
)

CHORE = Table(
    "chore",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("due_at", Utc, nullable=False),
)
