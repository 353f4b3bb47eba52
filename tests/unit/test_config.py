"""Settings files: the shipped ones are good, and every fault is named with its place, all of them together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.config.event import NOTICE_FIELDS, EventConfig, FaceLane, Mode, Purpose, TicketCode
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import MAX_FILE_BYTES, load_event, load_machine, parse_event, parse_machine
from kiosk.config.machine import MAX_REACH_M, Role
from kiosk.config.placeholders import placeholders
from kiosk.config.rehearsal_event import FIRST_DAY, rehearsal_event, write_rehearsal_event
from kiosk.config.station import combine
from tests.helpers.config import shipped


def event_faults(**changes: str) -> list[str]:
    """``key: problem`` of every fault in the rehearsal event after ``changes``."""
    with pytest.raises(ConfigFaults) as caught:
        parse_event(shipped("rehearsal", **changes), "e")
    return [f"{fault.key}: {fault.problem}" for fault in caught.value.faults]


def machine_faults(**changes: str) -> list[str]:
    with pytest.raises(ConfigFaults) as caught:
        parse_machine(shipped("example-machine", **changes), "m")
    return [f"{fault.key}: {fault.problem}" for fault in caught.value.faults]


# --- the shipped files --------------------------------------------------------------------------------


def test_the_shipped_files_are_good_and_fit_each_other() -> None:
    event = parse_event(shipped("example-event"), "e")
    machine = parse_machine(shipped("example-machine"), "m")
    station = combine(event, machine)
    assert (event.mode, machine.role, station.rehearsal) == (Mode.LIVE, Role.GATE, False)


def test_the_templates_own_words_are_found_until_each_is_replaced() -> None:
    found = placeholders(parse_event(shipped("example-event"), "e"))
    assert {"name", "staff_desk", "gate_groups[1].where", "notice.controller", "notice.rights"} <= set(found)
    assert len(set(found)) == len(found), "both languages are one finding"
    changed = shipped("example-event").replace('"CHANGE:', '"our').replace('"请改：', '"我们')
    assert placeholders(parse_event(changed, "e")) == []
    assert placeholders(rehearsal_event(FIRST_DAY)) == []


@pytest.mark.requirement("R-01", "R-02")
def test_a_new_event_starts_without_a_face_lane_and_has_one_purpose() -> None:
    assert FaceLane().enabled is False
    assert parse_event(shipped("example-event"), "e").face.enabled is False
    assert [purpose.value for purpose in Purpose] == ["entry-check"]


@pytest.mark.requirement("R-03")
def test_no_setting_can_make_the_face_lane_the_only_one() -> None:
    schema = str(EventConfig.model_json_schema()).lower()
    for forbidden in ("face_required", "face_only", "store_faces", "telemetry", "keep_images", "discount"):
        assert forbidden not in schema


def test_settings_cannot_be_changed() -> None:
    event = rehearsal_event(FIRST_DAY)
    with pytest.raises(ValidationError, match="frozen"):
        event.mode = Mode.LIVE


# --- the rehearsal event ------------------------------------------------------------------------------


@given(st.dates(date(2000, 1, 2), date(2100, 1, 1)))
def test_the_rehearsal_event_moves_to_any_day(day: date) -> None:
    event = rehearsal_event(day)
    assert [session.date for session in event.sessions] == [day, day + timedelta(days=1)]
    assert all(session.doors.date() == session.date for session in event.sessions)
    for hour in range(24):
        assert event.session_at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC)).id == "night-1"


def test_the_session_admitted_to_on_a_day_with_two_of_them_and_past_midnight() -> None:
    day = date(2026, 5, 1)
    night, other = rehearsal_event(day).sessions
    hours = {"matinee": (13, 16), "evening": (18, 25)}
    played = [
        night.model_copy(update={"id": name, "doors": at(day, doors), "ends": at(day, ends)})
        for name, (doors, ends) in hours.items()
    ]
    event = rehearsal_event(day).model_copy(update={"sessions": (*played, other)})
    wanted = {9: "matinee", 14: "matinee", 16: "evening", 20: "evening", 24: "evening", 25: "night-2"}
    assert {hour: event.session_at(at(day, hour)).id for hour in wanted} == wanted
    assert event.session_at(at(day, -100)).id == "matinee"
    assert event.session_at(at(day, 1000)).id == "night-2"


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=8))) + timedelta(hours=hour)


@pytest.mark.parametrize(("code_needed", "face_lane"), [(False, True), (True, False), (True, True)])
def test_the_rehearsal_event_can_ask_for_codes_or_leave_the_face_lane_out(
    tmp_path: Path, code_needed: bool, face_lane: bool
) -> None:
    path = tmp_path / "event.toml"
    event = write_rehearsal_event(path, FIRST_DAY, code_needed=code_needed, face_lane=face_lane)
    assert (event.ticket_code.needed, event.face.enabled) == (code_needed, face_lane)
    assert load_event(path) == event


# --- faults -------------------------------------------------------------------------------------------


def test_all_faults_of_a_file_are_reported_together() -> None:
    assert event_faults(
        **{
            'mode = "rehearsal"': 'mode = "live"\nmood = "good"',
            "date = 2026-05-02": "date = 2026-05-03",
            'en = "First night"': 'fr = "Soirée"',
            'id = "B"': 'id = "A"',
            "attempts = 2": "attempts = 3",
            "attempt_s = 5.0": "attempt_s = 6",
            'pattern = "[0-9A-Z-]+"': 'pattern = "["',
            "hold_lease_s = 60": "hold_lease_s = true",
            'use = "entry-check"': 'use = "marketing"',
        }
    ) == [
        "reason.use: must be 'entry-check'",
        "sessions[1].name.fr: must be 'zh' or 'en'",
        "sessions[2].doors: must lie on the session's date",
        "gate_groups[2].id: is used twice",
        "ticket_code.pattern: is not a regular expression (unterminated character set)",
        "face.attempts: must be at most 2",
        "face.attempt_s: must be at most 5",
        "allowed.decoders: must not hold “rehearsal” in live mode",
        "times.hold_lease_s: must be a number",
        "mood: is not a known setting",
    ]


@pytest.mark.requirement("R-07")
@pytest.mark.parametrize("field", ["short", *NOTICE_FIELDS])
def test_every_notice_field_is_needed_in_every_language(field: str) -> None:
    assert event_faults(**{f"[notice.{field}]\nzh = ": f"[notice.{field}]\n# "})[0] == (
        f"notice.{field}.zh: is missing for a language of this event"
    )


@pytest.mark.requirement("R-08")
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            ("With the check by staff no camera is used.", "It is faster."),
            "notice.short.en: must not push people towards one lane: “faster”",
        ),
        (
            ("选择人工核验则完全不启用摄像头。", "推荐使用。"),
            "notice.short.zh: must not push people towards one lane: “推荐”",
        ),
        (("With the check by staff no camera is used.", "word " * 121), "notice.short.en: has 196 words, at most 120"),
        (("选择人工核验则完全不启用摄像头。", "字" * 200), "notice.short.zh: has"),
        (("2026-05-01T17:30:00+08:00", "2026-05-01T17:30:00"), "sessions[1].doors: needs a time zone"),
        (("ends = 2026-05-01T22:30", "ends = 2026-05-01T10:30"), "sessions[1].ends: must come after"),
        (("min_length = 6", "min_length = 60"), "ticket_code.min_length: must not exceed max_length"),
        (("idle_s = 20", "idle_s = 5"), "times.idle_s: must be at least 20"),
        (('languages = ["zh", "en"]', 'languages = ["zh", "zh"]'), "languages: names a language twice"),
        (('languages = ["zh", "en"]', "languages = []"), "languages: needs at least 1 entries"),
        (('documents = ["cn-resident", ', 'documents = ["fingerprint", '), "allowed.documents[1]: must be"),
        (('id = "rehearsal"', 'id = "../rehearsal"'), "id: may have letters, digits, - and _ only"),
        (('id = "rehearsal"', 'id = "identity"'), "id: is a name of the machine's own keys"),
        (('id = "rehearsal"', 'id = "device"'), "id: is a name of the machine's own keys"),
        (
            ("[hold] ", "minimum_age_years = 12\n[hold] "),
            "face.minimum_age_years: is not a known setting",
        ),
        (("date = 2026-05-01\n", 'date = "soon"\n'), "sessions[1].date: "),
    ],
)
def test_one_fault_of_an_event(change: tuple[str, str], fault: str) -> None:
    faults = event_faults(**{change[0]: change[1]})
    assert any(found.startswith(fault) for found in faults), faults


def test_a_missing_part_is_named() -> None:
    with pytest.raises(ConfigFaults) as caught:
        parse_event("", "e")
    keys = [fault.key for fault in caught.value.faults]
    assert keys == ["id", "languages", "name", "sessions", "gate_groups", "staff_desk", "notice"]
    assert {fault.problem for fault in caught.value.faults} == {"is missing"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            ('key_dir = "/var/lib/venue-kiosk-keys"', 'key_dir = "/var/lib/venue-kiosk/keys"'),
            "key_dir: must lie outside",
        ),
        (('data_dir = "/var/lib/venue-kiosk"', 'data_dir = "data"'), "data_dir: must be an absolute path"),
        (("reach_m = 1.0", "reach_m = 1.3"), f"camera.reach_m: must be at most {MAX_REACH_M}"),
        (
            ('device = "/dev/v4l/by-path/CHANGE"', 'device = "rtsp://10.0.0.1/cctv"'),
            "camera.device: must not be a network",
        ),
        (('device = "/dev/v4l/by-path/CHANGE"', 'device = "film.mp4"'), "camera.device: must be a device below"),
        (("right = 0.72", "right = 0.30"), "camera.zone: must span"),
        (
            ('role = "gate"', 'role = "gate"\ncode_camera = {device = "/dev/video2"}'),
            "code_camera: must be set at a desk only",
        ),
        (
            (
                'role = "gate"',
                'role = "desk"\ncode_camera = {device = "/dev/video2"}\nscanner = {family = "barcode", port = "/dev"}',
            ),
            "code_camera: must not be set where there is a scanner",
        ),
        (('role = "gate"', 'role = "desk"'), "camera: must not be set at a desk"),
        (('decoder = "none"', 'decoder = "library"'), "portrait.path: is needed for this decoder"),
        (('[reader]\nfamily = "sdt"', '[reader]\nfamilie = "sdt"'), "reader.familie: is not a known setting"),
        (('theme = "clock"', 'theme = "pink"'), "window.theme: must be 'day', 'night' or 'clock'"),
        (("night_from = 19:00:00", "night_from = 7"), "window.night_from:"),
    ],
)
def test_one_fault_of_a_machine(change: tuple[str, str], fault: str) -> None:
    faults = machine_faults(**{change[0]: change[1]})
    assert any(found.startswith(fault) for found in faults), faults


def test_a_gate_needs_a_reader() -> None:
    text = shipped("example-machine").replace('[reader]\nfamily = "sdt"', '[scanner]\nfamily = "barcode"')
    with pytest.raises(ConfigFaults, match="reader"):
        parse_machine('reader = "no"\n' + text, "m")


# --- both together ------------------------------------------------------------------------------------


def together(event_changes: dict[str, str], machine_changes: dict[str, str]) -> list[str]:
    event = parse_event(shipped("example-event", **event_changes), "e")
    machine = parse_machine(shipped("example-machine", **machine_changes), "m")
    try:
        combine(event, machine, "m")
    except ConfigFaults as faults:
        return [f"{fault.key}: {fault.problem}" for fault in faults.faults]
    return []


FILM = {'device = "/dev/v4l/by-path/CHANGE"': 'kind = "film"\ndevice = "film"'}
SIMULATED = {'port = "auto"': 'port = "/dev/pts/7"'}
LCUS = {'family = "modbus"': 'family = "lcus"'}
REHEARSAL_DECODER = {'decoder = "none"': 'decoder = "rehearsal"'}
STATEMENT = {
    "# [gate.installer_statement]": "[gate.installer_statement]",
    '# signed_by = "CHANGE: name, company"': 'signed_by = "A. Installer"',
    "# signed_on = 2026-04-20": "signed_on = 2026-04-20",
    '# turnstile = "CHANGE: make and model"': 'turnstile = "Tripod T1"',
    "# turnstile_ends_its_own_cycle = true": "turnstile_ends_its_own_cycle = true",
}


def test_live_mode_refuses_everything_of_the_rehearsal_at_once() -> None:
    faults = together({}, {**FILM, **SIMULATED, **LCUS, **REHEARSAL_DECODER})
    assert faults == [
        "portrait.decoder: is not allowed by this event",
        "camera.kind: must not be a film in live mode",
        "portrait.decoder: must not be the rehearsal decoder in live mode",
        "reader.port: must be a device below /dev in live mode, not a simulator or an address",
        "gate.installer_statement: is needed in live mode: this board does not end the pulse by itself",
    ]


@pytest.mark.parametrize(
    "port",
    [
        "socket://10.0.0.1:4000",
        "spy:///dev/ttyUSB0?file=/var/tmp/bytes",
        "/tmp/reader",
        "/dev/../tmp/reader",
        "loop://",
    ],
)
def test_live_mode_reads_from_devices_at_this_machine_alone(port: str) -> None:
    fault = "reader.port: must be a device below /dev in live mode, not a simulator or an address"
    assert together({}, {'port = "auto"': f'port = "{port}"'}) == [fault]
    assert together({}, {'port = "auto"': 'port = "/dev/serial/by-id/usb-*-if00"'}) == []


def test_rehearsal_takes_films_and_simulators() -> None:
    rehearsal = {
        'mode = "live"': 'mode = "rehearsal"',
        '"program"]': '"program", "rehearsal"]',
    }
    assert together(rehearsal, {**FILM, **SIMULATED, **LCUS, **REHEARSAL_DECODER}) == []


def test_a_relay_board_without_a_timer_goes_live_with_the_installers_statement() -> None:
    assert together({}, {**LCUS, **STATEMENT}) == []
    no = {**STATEMENT, "# turnstile_ends_its_own_cycle = true": "turnstile_ends_its_own_cycle = false"}
    assert machine_faults(**{**LCUS, **no}) == ["gate.installer_statement.turnstile_ends_its_own_cycle: must be True"]


def test_a_machine_of_another_event_gate_or_family_is_refused() -> None:
    changes = {'event = "my-event-2026"': 'event = "other"', 'gate_group = "A"': 'gate_group = "Z"'}
    assert together({'readers = ["sdt"]': "readers = []"}, changes) == [
        "event: names another event",
        "gate_group: is not a gate group of this event",
        "reader.family: is not allowed by this event",
    ]


def test_an_event_with_codes_needs_scanners() -> None:
    assert together({"needed = false": "needed = true"}, {}) == ["scanner: is needed: this event checks ticket codes"]


# --- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"id = ", "is not valid TOML"),
        (b"id = 'x'\nid = 'y'", "is not valid TOML"),
        ("id = '门票'".encode("gb18030"), "must be saved as UTF-8"),
        (b"#" * (MAX_FILE_BYTES + 1), "is too large"),
        (b".".join([b"a"] * (MAX_FILE_BYTES // 2)), "more than 16 dots"),
        (b"[" + b" . ".join([b'"a"'] * 20_000) + b"]", "more than 16 dots"),
        (b"x = {" + b".".join([b"'a'"] * 20_000) + b" = 1}", "more than 16 dots"),
    ],
    ids=["cut off", "twice", "encoding", "size", "key", "heading", "inline"],
)
def test_files_that_are_no_settings(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "e.toml"
    path.write_bytes(content)
    for load in (load_event, load_machine):
        with pytest.raises(ConfigFaults, match=problem):
            load(path)


@pytest.mark.parametrize("mark", ["\\u0000", "\\u001b[31m", "\\u202e", "\\u2066", "\\r"])
def test_a_character_that_is_not_seen_is_named_by_its_setting(mark: str) -> None:
    with pytest.raises(ConfigFaults) as refused:
        parse_event(f'[reason]\nrule = "Gala{mark}"\n[[sessions]]\nid = "{mark}"', "e")
    assert [fault.key for fault in refused.value.faults] == ["reason.rule", "sessions[1].id"]
    assert str(refused.value.faults[0]) == "e: reason.rule: holds a control character, or one of direction"
    with pytest.raises(ConfigFaults, match=r"^e: reason: holds a control character"):
        parse_event(f'[reason]\n"a{mark}" = 1', "e")


def test_a_missing_file_and_a_byte_order_mark(tmp_path: Path) -> None:
    with pytest.raises(ConfigFaults, match="cannot be read"):
        load_event(tmp_path / "nowhere.toml")
    path = tmp_path / "e.toml"
    path.write_text(shipped("rehearsal"), encoding="utf-8-sig")
    assert load_event(path).id == "rehearsal"


@given(st.binary(max_size=200))
def test_any_bytes_give_faults_and_no_crash(data: bytes) -> None:
    with pytest.raises(ConfigFaults):
        parse_event(data.decode("utf-8", "replace"), "e")


def test_a_code_that_looks_like_a_badge_is_no_tickets() -> None:
    assert not TicketCode().fits("VKB-00000000000000000")
    assert TicketCode().fits("VK-00000000000000000")


def test_ticket_codes_are_checked_whole() -> None:
    codes = TicketCode(pattern="[0-9]+", min_length=3, max_length=5)
    assert [codes.fits(code) for code in ("12", "123", "12345", "123456", "12a", "123\n")] == [
        False,
        True,
        True,
        False,
        False,
        False,
    ]
