"""The office's pages of the evidence pack: the command's functions, rights and records, and every finding in words."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from kiosk.documents.evidence_check import check
from kiosk.domain.access import Principal, Role
from kiosk.office.view import FormPage, Mark
from tests.helpers.certificate import FAKE_PDF
from tests.helpers.evidence_office import OverOffice
from tests.helpers.office import OfficeStage

ORGANISER = Principal(Role.ORGANISER, "org")
PAINT = "kiosk.parts.evidence_office.paper_of"


@pytest.fixture(scope="module")
def over(tmp_path_factory: pytest.TempPathFactory) -> OverOffice:
    return OverOffice(tmp_path_factory.mktemp("over"), has_base=True)


@pytest.fixture(autouse=True)
def unpainted(monkeypatch: pytest.MonkeyPatch, over: OverOffice) -> None:
    monkeypatch.setattr(PAINT, lambda json_bytes, module: FAKE_PDF)
    for pack in over.packs:
        pack.unlink()


@pytest.fixture
def stage(tmp_path: Path) -> OfficeStage:
    return OfficeStage(tmp_path / "office")


def made(stage: OfficeStage, over: OverOffice) -> Path:
    """A pack, by the pages' own acts."""
    office = stage.enter(ORGANISER, over.pages(stage))
    office.on_act("evidence", "")
    office.on_act("where", "")
    office.on_opened(str(over.stick))
    office.on_act("here", "")
    [pack] = over.packs
    return pack


def told(stage: OfficeStage) -> tuple[Mark, str]:
    said = getattr(stage.glass.page, "told", None)
    assert said is not None
    return said.mark, said.words


def records(over: OverOffice, kind: str) -> list[dict[str, object]]:
    if not over.device.audit_file.exists():
        return []
    lines = map(json.loads, over.device.audit_file.read_text("ascii").splitlines())
    return [line for line in lines if line["kind"] == kind]


@pytest.mark.requirement("R-69", "R-81")
def test_a_pack_is_made_where_it_was_said_and_written_down(stage: OfficeStage, over: OverOffice) -> None:
    before = len(records(over, "export.made"))
    pack = made(stage, over)
    found = check(pack.read_bytes(), over.key)
    assert (found.ok, found.event) == (True, over.place.event_id)
    shown = dict(stage.glass.sheet.groups[0].fields)
    assert (told(stage)[0], shown["File"], shown["Public key"]) == (Mark.GOOD, str(pack), over.key.hex())
    [*_, last] = new = records(over, "export.made")[before:]
    assert (len(new), last["by"], last["fields"]) == (
        1,
        "org",
        {"code": "evidence", "sha256": shown["SHA-256"], "recipient": "org"},
    )


@pytest.mark.requirement("R-58")
def test_whoever_may_not_is_not_offered_it_and_is_refused(stage: OfficeStage, over: OverOffice) -> None:
    office = stage.enter(Principal(Role.SUPERVISOR, "s-1"), over.pages(stage))
    assert {act.name for act in stage.glass.sheet.acts} == {"again", "check"}
    office.on_act("evidence", "")
    assert stage.glass.sheet.title == "Event"


def test_a_role_taken_away_meanwhile_is_asked_again(stage: OfficeStage, over: OverOffice) -> None:
    def nobody(_who: Principal, action: object) -> None:
        raise PermissionError(13, f"no {action}")

    office = stage.enter(ORGANISER, over.pages(stage, nobody))
    office.on_act("evidence", "")
    office.on_act("where", "")
    office.on_opened(str(over.stick))
    office.on_act("here", "")
    assert (told(stage)[0], over.packs) == (Mark.BAD, [])


def test_cancelling_writes_nothing(stage: OfficeStage, over: OverOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []

    def paint(_json: bytes, module: str) -> bytes:
        painted.append(module)
        assert stage.office is not None
        assert stage.glass.sheet.told is not None
        assert stage.glass.sheet.told.share is not None
        stage.office.on_back()
        return FAKE_PDF

    monkeypatch.setattr(PAINT, paint)
    before = len(records(over, "export.made"))
    office = stage.enter(ORGANISER, over.pages(stage))
    office.on_act("evidence", "")
    office.on_act("where", "")
    office.on_opened(str(over.stick))
    office.on_act("here", "")
    assert told(stage) == (Mark.LOOK, "Cancelled: nothing was written.")
    assert (len(painted), over.packs, len(records(over, "export.made"))) == (1, [], before)


def test_none_is_written_into_the_kiosks_own_folders(stage: OfficeStage, over: OverOffice) -> None:
    inside = over.place.data_dir / "out"
    inside.mkdir(exist_ok=True)
    (over.stick / "way").symlink_to(inside)
    office = stage.enter(ORGANISER, over.pages(stage))
    office.on_act("evidence", "")
    office.on_act("where", "")
    office.on_opened(str(over.stick / "way"))
    office.on_act("here", "")
    (over.stick / "way").unlink()
    assert told(stage)[1].startswith("That is one of the kiosk's own folders.")
    assert list(inside.iterdir()) == []


def test_a_certificate_that_is_no_bases_is_refused_in_words(stage: OfficeStage, over: OverOffice) -> None:
    (over.stick / "archived-x.json").write_bytes(over.place.certificate_file.read_bytes())
    office = stage.enter(ORGANISER, over.pages(stage))
    office.on_act("evidence", "")
    office.on_act("add", "")
    office.on_opened(str(over.stick))
    office.on_opened(str(over.stick / "archived-x.json"))
    assert told(stage) == (Mark.BAD, "This certificate cannot go into the pack: its form was changed.")
    office.on_back()
    office.on_back()
    assert {act.name for act in stage.glass.sheet.acts} == {"add", "where"}


@pytest.mark.requirement("R-69")
def test_a_pack_is_checked_against_the_chosen_key(stage: OfficeStage, over: OverOffice) -> None:
    pack = made(stage, over)
    office = stage.enter(Principal(Role.SUPERVISOR, "s-1"), over.pages(stage))
    office.on_act("check", "")

    def against(which: str, typed: str = "") -> tuple[Mark, str]:
        office.on_opened(str(over.stick))
        office.on_opened(str(pack))
        office.on_chosen("against", which)
        office.on_submit({"public_key": typed})
        said = told(stage)
        if isinstance(stage.glass.page, FormPage):
            office.on_back()
        else:
            office.on_act("again", "")
        office.on_back()
        return said

    assert against("own") == (Mark.GOOD, "The pack is whole, and was signed by this key.")
    assert against("none")[0] is Mark.LOOK
    grouped = " ".join(over.key.hex()[at : at + 16] for at in range(0, 64, 16)).upper()
    assert against("other", grouped)[0] is Mark.GOOD
    assert against("other", "7c1e") == (Mark.BAD, "A public key is 64 digits 0-9 and letters a-f.")
    assert against("other", "ab" * 32)[0] is Mark.BAD
    with zipfile.ZipFile(pack) as archive:
        at = archive.getinfo("report.json").header_offset + 30 + len("report.json")
    content = bytearray(pack.read_bytes())
    content[at + 4] ^= 1
    pack.write_bytes(content)
    office.on_opened(str(over.stick))
    office.on_opened(str(pack))
    office.on_submit({})
    assert told(stage)[0] is Mark.BAD
    assert ("report.json", "it was changed") in [row.cells for row in stage.glass.list.rows]
