"""What an import would do, and everything that is wrong with its files."""

import json

import msgspec
import pytest

from services.device_registry.domain.changing import Act, Change
from services.device_registry.domain.exchange.planning import File, plan, removable

HEAD = "id,title,kind,directorate,longitude,latitude,device,since,until,sensor_height,offsets\n"


def test_a_new_point_comes_with_its_device(planned):
    done = planned(HEAD + "weir,Au seuil,water,rivers,5.41,43.32,G1,2021-07-02,,,level=2 cm\n")
    assert done.problems == ()
    assert done.changes.changes == (
        Change("points", "weir", Act.ADDED),
        Change("mounts", "G1@2021-07-01T22:00:00Z", Act.ADDED),
    )
    (point,) = (point for point in done.new.points if point.id == "weir")
    assert (point.areas, point.zone) == (("centre",), "Europe/Paris")
    assert next(mount for mount in done.new.mounts if mount.point == "weir").offsets == {"level": 0.02}


def test_of_columns_that_a_table_lacks_known_things_keep_their_own(planned, known):
    done = planned("id,title\nbridge,Sous le pont\n")
    (before,) = (point for point in known.points if point.id == "bridge")
    (after,) = (point for point in done.new.points if point.id == "bridge")
    assert done.changes.changes == (Change("points", "bridge", Act.CHANGED),)
    assert (after.title, after.recording, after.kind) == ("Sous le pont", before.recording, before.kind)


def test_an_empty_cell_takes_away_what_can_be_missing(planned, told):
    (done,) = (point for point in planned("id,zone\nquay,\n").new.points if point.id == "quay")
    assert done.zone == "Europe/Paris"
    assert told("id,title,zone\nquay,,\n") == [(2, 2, "missing")]


def test_a_known_mount_keeps_what_the_table_does_not_tell(planned):
    done = planned("id,device,since,until\nbridge,S1,2021-07-01,2022-01-01\n")
    (mount,) = (mount for mount in done.new.mounts if mount.device == "S1")
    assert (mount.sensor_height_m, mount.offsets) == (4.2, {"level": 0.02})
    assert mount.until is not None
    assert done.changes.changes == (Change("mounts", mount.id, Act.CHANGED),)


def test_further_rows_of_a_point_are_further_devices(planned, told):
    text = "weir,Au seuil,water,rivers,5.41,43.32,G1,2021-07-02,2021-08-01,,\nweir,,,,,,G1,2021-09-01,,,\n"
    done = planned(HEAD + text)
    assert done.problems == ()
    assert [change.sort for change in done.changes.changes] == ["points", "mounts", "mounts"]
    assert told(HEAD + text.replace("weir,,,,", "weir,Autre,,,")) == [(3, 2, "repeated-id")]


def test_nothing_goes_unless_that_is_asked_for(planned, known):
    text = "id,model\nG1,gauge\nG2,gauge\n"
    assert planned(text).changes.changes == ()
    assert [(item.slug, item.file) for item in planned(text, removing=lambda _key: True).problems] == [
        ("unknown-device", "registry mounts S1@2021-06-30T22:00:00Z")
    ]
    groups = planned("id,title_fr,title_en,directorate,points\n", sort="groups", removing=lambda _key: True)
    assert groups.changes.changes == (Change("groups", "bank", Act.REMOVED),)


def test_an_officer_removes_the_own_things_only(known, planned):
    text = "id,title,kind,directorate,longitude,latitude\n"
    light = planned(text, removing=removable(known, "light"))
    assert [problem.slug for problem in light.problems] == ["unknown-point"]  # the group still names the lamp
    rivers = planned(text, removing=removable(known, "rivers"))
    gone = {change.id for change in rivers.changes.changes if change.sort == "points"}
    assert gone == {"bridge", "quay"}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("weir,A,watr,rivers,5.4,43.3,,,,,", (2, 3, "unknown-kind")),
        ("weir,A,water,rivers,east,43.3,,,,,", (2, 5, "cell")),
        ("weir,A,water,rivers,43.3,5.4,,,,,", (2, 5, "coordinates")),
        ("the weir,A,water,rivers,5.4,43.3,,,,,", (2, 1, "id")),
        ("weir,A,water,rivers,5.4,43.3,G1,soon,,,", (2, 8, "time")),
        ("weir,A,water,rivers,5.4,43.3,G1,,,,", (2, 8, "missing")),
        ("weir,A,water,rivers,5.4,43.3,,2024-01-01,,,", (2, 7, "missing")),
        ("weir,A,water,rivers,5.4,43.3,G9,2024-01-01,,,", (2, 7, "unknown-device")),
        ("weir,A,water,rivers,5.4,43.3,G2,2024-01-01,,,", (2, 7, "two-places")),
        ("weir,A,water,rivers,5.4,43.3,G1,2024-01-01,,2 kg,", (2, 10, "unit")),
        ("weir,A,water,rivers,5.4,43.3,G1,2024-01-01,,,fog=1", (2, 11, "unknown-property")),
        ("weir,A,water,rivers,5.4,43.3,G1,2024-01-01,,,level", (2, 11, "cell")),
    ],
)
def test_every_fault_has_its_line_and_column(told, row, problem):
    assert told(f"{HEAD}{row}\n") == [problem]


def test_a_problem_names_its_column_and_says_what_would_do(planned):
    (problem,) = planned(HEAD + "weir,A,watr,rivers,5.4,43.3,,,,,\n").problems
    assert str(problem) == ("t.csv:2:3: error[unknown-kind]: kind: no kind 'watr'\n    hint: did you mean 'water'?")


def test_an_unknown_column_is_told_with_the_likeliest_known_one(planned):
    (problem,) = planned("id,titel,kind\n").problems
    assert (problem.slug, problem.span.column, problem.hint) == ("unknown-column", 2, "did you mean 'title'?")


def test_decimals_have_a_comma_where_cells_are_parted_by_semicolons(planned, told):
    done = planned("id;longitude;latitude\nquay;6,25;43.5\n")
    (quay,) = (point for point in done.new.points if point.id == "quay")
    assert (quay.longitude, quay.latitude) == (6.25, 43.5)
    assert told('id,longitude\nquay,"6,25"\n') == [(2, 2, "cell")]


def test_two_thousand_rows_with_fifty_faults_are_told_all_at_once(planned):
    rows, expected = [], []
    for number in range(2000):
        cells = [f"p{number:04}", f"Point {number}", "water", "rivers", "5.41", "43.31", "", "", "", "", ""]
        if number % 40 == 7:
            column, text, slug = _FAULTS[len(expected) % len(_FAULTS)]
            cells[column] = text
            expected.append((number + 2, column + 1, slug))
        rows.append(",".join(cells))
    done = planned(HEAD + "\n".join(rows) + "\n")
    assert len(expected) == 50
    assert [(item.span.line, item.span.column, item.slug) for item in done.problems] == expected
    assert done.changes.changes == ()


_FAULTS = [
    (0, "p 1", "id"),
    (1, "", "missing"),
    (2, "watr", "unknown-kind"),
    (3, "rivres", "unknown-directorate"),
    (4, "5;41", "cell"),
    (4, "541", "coordinates"),
    (0, "p0001", "repeated-id"),
]


def test_several_files_go_together_or_not_at_all(known):
    devices = File(name="capteurs.csv", text="id,model\nG7,gauge\n")
    points = File(name="points.csv", text=HEAD + "weir,A,water,rivers,5.4,43.3,G7,2024-01-01,,,\n")
    assert plan(known, [points, devices]).problems == ()
    (problem,) = plan(known, [points]).problems
    assert (problem.file, problem.slug) == ("points.csv", "unknown-device")


def test_what_was_wrong_before_keeps_nobody_from_mending_something_else(known):
    lost = msgspec.structs.replace(known.points[0], id="lost", kind="fog")
    spoilt = msgspec.structs.replace(known, points=(*known.points, lost))
    done = plan(spoilt, [File(name="t.csv", text="id,title\nquay,Quai\n")])
    assert (done.problems, len(done.changes.changes)) == ((), 1)
    (problem,) = plan(spoilt, [File(name="t.csv", text="id,kind\nquay,mist\n")]).problems
    assert (problem.file, problem.slug) == ("t.csv", "unknown-kind")


FEATURE = {
    "type": "Feature",
    "properties": {"id": "weir", "title": "Au seuil", "kind": "water", "directorate": "rivers", "colour": "red"},
    "geometry": {"type": "Point", "coordinates": [5.41, 43.32]},
}


def test_points_come_from_features(planned):
    done = planned(json.dumps({"type": "FeatureCollection", "features": [FEATURE]}), "points.geojson")
    assert done.problems == ()
    assert done.changes.changes == (Change("points", "weir", Act.ADDED),)


def test_a_fault_in_a_feature_has_its_place(planned):
    wrong = json.loads(json.dumps(FEATURE).replace("water", "watr"))
    text = json.dumps({"type": "FeatureCollection", "features": [FEATURE | {"id": 3}, wrong]}, indent=1)
    problems = planned(text.replace('"weir"', '"weir2"', 1), "points.geojson").problems
    line = text.splitlines().index('    "kind": "watr",') + 1
    assert [(item.slug, item.span.line) for item in problems] == [("unknown-kind", line)]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"features": [3, null]}', '{"features": [{"geometry": 3}]}'])
def test_what_is_no_geojson_is_refused_with_a_place(planned, text):
    for sort in ("points", "areas"):
        problems = planned(text, "x.geojson", sort).problems
        assert text == "[]" or problems


def test_areas_come_from_a_table_with_their_geometry(planned, told):
    ring = "[[5.9,43.2],[6.1,43.2],[6.1,43.4],[5.9,43.4],[5.9,43.2]]"
    geometry = f'"{{""type"":""Polygon"",""coordinates"":[{ring}]}}"'
    done = planned(f"id,title_fr,title_en,geometry\neast,Est,East,{geometry}\n")
    assert done.problems == ()
    assert next(point.areas for point in done.new.points if point.id == "quay") == ("east",)
    assert told("id,title_fr,title_en,geometry\neast,Est,East,round\n") == [(2, 4, "cell")]


def test_columns_that_fit_several_sorts_ask_which(told):
    assert told("id,title_fr,title_en\nx,X,X\n") == [(1, 1, "table")]
    assert told("id,title_fr,title_en\nbank,Rive,Bank\n", sort="groups") == []
    assert told("id,title_fr,title_en\nbank,Rive,Bank\n", "groups.csv") == []


def test_a_table_of_sites_is_called_so_for_its_columns_are_those_of_points_too(planned):
    text = "id,title\nweir,Au seuil\n"
    added = (Change("sites", "weir", Act.ADDED),)
    assert planned(text, "Sites.csv").changes.changes == planned(text, sort="sites").changes.changes == added
    assert [problem.slug for problem in planned(text).problems] == ["missing"] * 4


def test_a_point_comes_to_a_site_and_leaves_it(known):
    sites = File(name="sites.csv", text="id,title\nweir,Au seuil\n")
    there = plan(known, [File(name="t.csv", text="id,site\nbridge,weir\nlamp,\n"), sites])
    assert there.problems == ()
    assert {point.id: point.site for point in there.new.points} == {"bridge": "weir", "lamp": None, "quay": None}
    renamed = plan(there.new, [File(name="t.csv", text="id,title\nbridge,Sous le pont\n")])
    assert next(point.site for point in renamed.new.points if point.id == "bridge") == "weir"


def test_a_site_that_nobody_declared_is_told_with_the_likeliest(planned):
    (problem,) = planned("id,title,site\nquay,Quai,cabinett\n").problems
    assert str(problem) == (
        "t.csv:2:3: error[unknown-site]: site: no site 'cabinett'\n    hint: did you mean 'cabinet'?"
    )


def test_a_feature_says_its_site_or_that_it_has_none(planned):
    about = {"id": "lamp", "title": "Lampe", "kind": "lamp", "directorate": "light"}
    for said, site in (({}, "cabinet"), ({"site": None}, None)):
        feature = FEATURE | {"properties": about | said}
        done = planned(json.dumps({"type": "FeatureCollection", "features": [feature]}), "points.geojson")
        assert done.problems == ()
        assert next(point.site for point in done.new.points if point.id == "lamp") == site
