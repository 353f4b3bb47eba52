"""Packages without a base at the office's window: asked for, taken by a typed code, every refusal in words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import kiosk.office
from kiosk.base.by_hand import read_hand_request
from kiosk.closing.state import EventState, read_state
from kiosk.domain.access import Action, NotAllowed, Principal, Role
from kiosk.office.view import FormPage, Mark
from kiosk.text import Texts
from tests.helpers.package_office import Kiosk
from tests.unit.test_packages_by_hand import EVENT, Office

SOURCE = Path(kiosk.office.__file__).parents[1]
SECRET = "LIGHTHOUSE 7 CHOIR 4"


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("by-hand") / "office")


@pytest.fixture
def here(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path)


@pytest.fixture
def package(here: Kiosk, roster: Office) -> Path:
    request = read_hand_request(here.asks())
    to = here.stick / "event.package"
    roster.pack(to, request.checked(here.code, ["A"]))
    return to


def test_an_event_is_asked_for_and_made_here(here: Kiosk, package: Path, roster: Office) -> None:
    here.brought(package)
    typed = {"code": roster.code, "secret": SECRET, "secret_again": SECRET}
    here.office.on_submit({**typed, "secret_again": "another"})
    assert here.told[0] is Mark.BAD
    here.office.on_submit(typed)
    assert here.told == (Mark.GOOD, "Event rehearsal is made here, tickets: 12")
    groups = [dict(group.fields) for group in here.stage.glass.sheet.groups]
    assert groups == [{"Packed by": "office", "Gate groups": "A"}]
    folder = here.machine.data_dir / "events" / EVENT
    assert read_state(folder / "state.json") is EventState.DRAFT
    [asked], [taken] = here.records("roster.package_asked"), here.records("roster.package_taken")
    assert (asked["by"], taken["by"]) == ("org", "org")
    assert (taken["fields"]["tickets"], taken["fields"]["code"]) == (12, "apart")
    here.office.on_back()
    here.brought(package)
    assert here.told == (Mark.BAD, "This package, or a newer one of this event, was taken already.")


def test_a_wrong_code_is_refused_and_written_down_and_asked_again(here: Kiosk, package: Path) -> None:
    here.brought(package)
    here.office.on_submit({"code": "0000 0000 0000 0000 0000 0000", "secret": SECRET, "secret_again": SECRET})
    assert here.told[1].startswith("This is not the code of the machine that made this package")
    assert isinstance(here.stage.glass.page, FormPage)
    [refused] = here.records("roster.package_refused")
    assert (refused["success"], refused["fields"]["reason"]) == (False, "package_maker_code")
    assert not (here.machine.data_dir / "events" / EVENT).exists()


def test_cancelling_takes_nothing_and_it_can_be_taken_later(
    here: Kiosk, package: Path, roster: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.brought(package)
    here.office.on_chosen("protection", "file")
    show = here.stage.glass.show_page

    def show_and_go_back(page: Any) -> None:
        show(page)
        if {act.name for act in page.acts} == {"cancel"}:
            here.office.on_back()

    with monkeypatch.context() as patch:
        patch.setattr(here.stage.glass, "show_page", show_and_go_back)
        here.office.on_submit({"code": roster.code})
    assert here.told == (Mark.LOOK, "Cancelled: nothing of the package was taken.")
    assert not (here.machine.data_dir / "events" / EVENT).exists()
    here.office.on_submit({"code": roster.code})
    assert here.told[0] is Mark.GOOD


def test_whoever_may_not_neither_asks_nor_takes(here: Kiosk) -> None:
    def nobody(action: Action) -> None:
        raise NotAllowed(Principal(Role.SUPERVISOR, "s-1"), action)

    here.office = here.opened(nobody)
    here.office.on_act("ask", "")
    assert here.told[0] is Mark.BAD
    (here.stick / "x.package").write_bytes(b"x")
    here.brought(here.stick / "x.package")
    assert here.told[0] is Mark.BAD
    assert not here.log.file.exists() or not here.records("roster.package_asked")


def test_what_is_no_package_is_said(here: Kiosk) -> None:
    (here.stick / "x.package").write_bytes(b"x")
    here.brought(here.stick / "x.package")
    assert here.told == (Mark.BAD, "This file is no package of event and tickets.")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_refusal_of_a_package_has_words(language: str) -> None:
    files = ("base/package_file.py", "base/receiving.py", "parts/package_office.py")
    sources = [(SOURCE / name).read_text("utf-8") for name in files]
    codes = {code for source in sources for code in re.findall(r'"(package_[a-z_]+)"', source)}
    codes |= {"package_name", "package_named_before", "package_asked_base", "package_of_base"}
    codes |= {"package_other_maker", "package_maker_code"}
    assert len(codes) > 15
    assert [code for code in codes if not Texts(language).has(f"office.base.fault.{code}")] == []
