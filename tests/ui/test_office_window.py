"""The office by touch and by keyboard, in both sizes and languages, and once whole on real accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import kiosk.login
import kiosk.office_screen
from kiosk.accounts.account import Profile
from kiosk.accounts.book import NewAccount
from kiosk.accounts.hashing import SecretHasher
from kiosk.accounts.keys import AccountKeys
from kiosk.accounts.overrides import QuarterCount, compared
from kiosk.accounts.second_factor import code_at
from kiosk.audit.log import AuditLog
from kiosk.base.seen import CallSeen, GroupSeen, StationSeen, Use, VenueSeen
from kiosk.config.places import DevicePlace
from kiosk.domain.access import Principal, Role
from kiosk.domain.incident import Incident, Mode, Why
from kiosk.domain.lanes import GroupWaits, HeadCount, Staffing
from kiosk.login import open_accounts
from kiosk.office.account_words import role_words
from kiosk.office.base import base_page
from kiosk.office.conflicts import conflicts_page
from kiosk.office.device import DoctorLine
from kiosk.office.event import EventFacts
from kiosk.office.overrides_page import overrides_page
from kiosk.office.venue_words import venue_page
from kiosk.office.view import (
    Act,
    Column,
    Field,
    FormPage,
    Group,
    HomePage,
    ListPage,
    Mark,
    Options,
    Page,
    Pager,
    Row,
    SheetPage,
    Tile,
    Told,
    Weight,
)
from kiosk.office_screen import OfficeScreen
from kiosk.rehearsal.venue import Sizes, write_machine
from kiosk.service import load_station
from kiosk.station.login_view import LoginStep, LoginView
from kiosk.text import Texts
from kiosk.ui.certificate_window import CertificateWindow
from kiosk.ui.close_window import CloseWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.office_window import OfficeWindow
from tests.helpers.accounts import PASSWORD, SetClock
from tests.helpers.event_place import make_event
from tests.helpers.ui import NOON_UTC, SIZES, all_texts, clipped_texts, end, overlapping_texts, tap, target_faults

Make = Callable[..., OfficeWindow]
TILES = ("event", "venue", "dashboard", "accounts", "overrides", "audit", "device", "look", "base")
ICONS = ("calendar", "plan", "plan", "card", "desk_person", "clock", "lock", "look", "base")


def pages(texts: Texts) -> dict[str, Page]:
    tiles = tuple(
        Tile(name, icon, texts(f"office.tile.{name}"), texts(f"office.tile_line.{name}"))
        for name, icon in zip(TILES, ICONS, strict=True)
    )
    told = Told(Mark.BAD, texts("office.roles.separated"))
    columns = tuple(Column(texts(f"office.accounts.column.{name}")) for name in ("account", "name", "role", "state"))
    state = texts("office.accounts.state.ends", state=texts("office.accounts.state.fresh"), day="2026-05-02")
    rows = tuple(
        Row(f"o-{n:03d}", (f"o-{n:03d}", "Maria-Theresia Beispiel", texts("access.role.attendant"), state), Mark.LOOK)
        for n in range(50)
    )
    of = (("own", texts("office.accounts.own")), ("officers", texts("office.accounts.officers")))
    acts = tuple(
        Act(name, texts(f"office.accounts.act.{name}"), on_row=True)
        for name in ("new", "import", "badges", "unlock", "badge", "revoke")
    )
    fields = tuple(
        Field(name, texts(f"office.new.{name}"), texts(f"office.new.{name}_hint"))
        for name in ("account", "name", "person")
    )
    say_more = (Act("conflicts", texts("office.venue.conflicts")),)
    group = Group(texts("office.issued.heading"), ((texts("office.issued.account"), "aud"), ("x", "y" * 60)))
    return {
        "home": HomePage(texts("office.home"), texts("office.home_lead"), tiles),
        "list": ListPage(
            texts("office.accounts.title"),
            columns,
            rows,
            texts("office.accounts.locked_only"),
            told,
            "o-0",
            texts("office.accounts.search"),
            (Options("of", texts("office.accounts.of"), "own", of), Options("day", texts("office.audit.day"), "2026")),
            Pager(texts("office.of", first=1, last=50, count=2000), earlier=False, later=True),
            acts,
        ),
        "plan": venue_page(venue(), texts, say_more),
        "no plan": venue_page(VenueSeen((), (), (), ()), texts, say_more),
        "conflicts": conflicts_page(uses(), texts),
        "base": base_page(base_numbers(), NOON_UTC, texts, may_change=True),
        "empty": ListPage(texts("office.files.lead"), columns, (), empty=texts("office.files.none")),
        "form": FormPage(texts("office.new.title"), fields, texts("office.new.make"), told=told),
        "sheet": SheetPage(
            texts("office.issued.title"),
            (group,) * 6,
            texts("office.issued.lead"),
            Told(Mark.NONE, texts("office.audit.verifying"), 0.4),
            "otpauth://totp/Venue%20Kiosk:aud?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
            texts("office.issued.scan"),
            (Act("really", texts("office.accounts.hold_to_revoke"), Weight.DANGER),),
        ),
    }


def venue() -> VenueSeen:
    """Two groups of a stadium, with everything a tile and a line can say."""
    states = ("serving", "unmanned", "clock_wrong", "face_paused", "all_manual")
    names = [*(f"gate-{n}" for n in range(1, 31)), "desk-1", "rehearsal-entrance-north-west-17"]
    stations = tuple(
        StationSeen(name, name, "AB"[n % 2], states[n % 5], n % 3, "0.1.0", 4000.0 if n == 7 else 1.5)
        for n, name in enumerate(names)
    )
    groups = tuple(
        GroupSeen(
            name,
            GroupWaits(name, 12, 0.0, 421.0, 90, 211.0, 900),
            HeadCount(name, 21_480, 130, 2, 21_497, 40),
            Staffing(name, 4, 2, 0.0),
            754.0,
        )
        for name in "AB"
    )
    incident = Incident("i", "all", Mode.DOCUMENT_ONLY, Why.WEATHER, "s-1", 0.0, NOON_UTC)
    return VenueSeen(stations, groups, (CallSeen("gate-3", "A", 70.0),), (incident,))


def uses() -> list[Use]:
    kinds = ("admitted", "double_use", "revoked", "unknown_ticket")
    return [
        Use(f"{n // 2:032x}", "night-1", f"gate-{n}", "A", "face", NOON_UTC + n, n % 2 == 1, n == 5, kinds[n % 4])
        for n in range(40)
    ]


def base_numbers() -> dict[str, Any]:
    device = {"kind": "gate", "revoked_at": None, "seen_at": NOON_UTC, "version": "0.1.0", "enrolled_at": NOON_UTC}
    devices = [{**device, "device": f"gate-{n}", "expires_at": NOON_UTC + 9000 * (n - 1)} for n in range(30)]
    event = {
        "event": "my-event-2026",
        "tickets": 80_000,
        "admitted": 42_961,
        "undone": 12,
        "conflicts": 3,
        "pending": 5,
        "missing": 0,
        "state": "open",
    }
    connections = {"devices": 130, "most": 300}
    server = "15.14 (Debian 15.14-0+deb12u1)"
    return {"server": server, "connections": connections, "events": [event], "devices": devices}


@pytest.fixture
def office(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Make:
    def make(language: str = "en", size: tuple[int, int] = (1280, 800)) -> OfficeWindow:
        window = OfficeWindow(Texts, (language,), "The Lighthouse Choir", motion=False, now=lambda: NOON_UTC)
        keep(window)
        window.show_as_window(*size)
        window.show_login(LoginView(LoginStep.OPEN, "Maria-Theresia Beispiel"))
        window.show_role(partial(role_words, frozenset({Role.SECURITY_ADMIN})))
        return window

    return make


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_walk(office: Make, qapp: QApplication, language: str, size: tuple[int, int]) -> None:
    window = office(language, size)
    for name, page in pages(Texts(language)).items():
        window.show_page(page)
        qapp.processEvents()
        assert not clipped_texts(window), name
        assert not overlapping_texts(window), name
        assert not target_faults(window), name
        assert not (window.pages.list.isVisible() and window.pages.list.table.cut_off()), name
        assert not (window.pages.plan.isVisible() and window.pages.plan.plan.cut_off()), name


def test_a_row_is_chosen_by_one_tap_and_opened_by_the_next(office: Make, qapp: QApplication) -> None:
    window = office()
    page = pages(Texts("en"))["list"]
    assert isinstance(page, ListPage)
    window.show_page(ListPage(page.title, page.columns, page.rows, acts=page.acts, opens=True))
    qapp.processEvents()
    rows = window.pages.list.table.rows
    opened, acted = QSignalSpy(window.pages.opened), QSignalSpy(window.pages.acted)
    unlock = window.pages.list.acts["unlock"]
    assert not unlock.isEnabled()
    spot = rows.box_of("o-001").center()
    tap(window, rows, QPoint(200, spot.y()))
    assert (rows.chosen_key, unlock.isEnabled(), opened.count()) == ("o-001", True, 0)
    tap(window, unlock)
    assert acted.at(0) == ["unlock", "o-001"]
    tap(window, rows, QPoint(200, spot.y()))
    assert opened.at(0) == ["o-001"]


def test_arrows_and_enter_do_the_same(office: Make, qapp: QApplication) -> None:
    window = office()
    page = pages(Texts("en"))["list"]
    assert isinstance(page, ListPage)
    window.show_page(ListPage(page.title, page.columns, page.rows, opens=True))
    qapp.processEvents()
    rows = window.pages.list.table.rows
    opened, back = QSignalSpy(window.pages.opened), QSignalSpy(window.pages.went_back)
    for _ in range(3):
        QTest.keyClick(rows, Qt.Key.Key_Down)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    assert opened.at(0) == ["o-002"]
    QTest.keyClick(rows, Qt.Key.Key_Escape)
    assert back.count() == 1


def test_a_form_is_filled_by_keys_on_the_glass_and_by_a_keyboard(office: Make, qapp: QApplication) -> None:
    window = office()
    window.show_page(pages(Texts("en"))["form"])
    qapp.processEvents()
    form = window.pages.form
    spy = QSignalSpy(window.pages.submitted)
    for letter in "aud":
        tap(window, form.keyboard.boards["small"].keys[letter])
    tap(window, form.entries["name"])
    tap(window, form.keyboard.layers["capital"])
    tap(window, form.keyboard.boards["capital"].keys["A"])
    QTest.keyClicks(form.entries["name"], "da Lin")
    tap(window, form.acts["submit"])
    assert spy.at(0)[0] == {"account": "aud", "name": "Ada Lin", "person": ""}


def test_what_is_left_is_forgotten_by_every_widget(office: Make, qapp: QApplication) -> None:
    window = office()
    for page in pages(Texts("en")).values():
        window.show_page(page)
        qapp.processEvents()
    window.show_login(LoginView(LoginStep.ACCOUNT, two_ways=True))
    window.forget_pages()
    qapp.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not window.pages.isVisible()
    for secret in ("Maria-Theresia", "otpauth", "yyyy"):
        assert secret not in all_texts(window)
    assert window.pages.list.table.rows.shown == ()


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_heading_of_many_columns_is_broken_inside_a_word(
    office: Make, qapp: QApplication, language: str, size: tuple[int, int]
) -> None:
    window = office(language, size)
    counts = [QuarterCount(name, "override", 900, 1236) for name in ("officer-north", "supervisor-of-gate-02")]
    window.show_page(overrides_page(compared(counts), Texts(language)))
    qapp.processEvents()
    assert not window.pages.list.table.cut_off()


def test_the_bar_names_roles_in_the_language_of_the_window(office: Make) -> None:
    window = office("en")
    window.show_role(partial(role_words, frozenset({Role.SECURITY_ADMIN, Role.ORGANISER})))
    for language, words in (("zh", "主办方、安全管理员"), ("en", "organiser, security administrator")):
        window.set_language(language)
        assert words in all_texts(window)


def test_every_touch_is_told(office: Make) -> None:
    window = office()
    spy = QSignalSpy(window.touched)
    QTest.keyClick(window, Qt.Key.Key_A)
    assert spy.count() >= 1


def test_a_touch_in_a_window_over_the_office_is_told_too(
    office: Make, keep: Callable[[KioskWindow], None], qapp: QApplication
) -> None:
    window, over = office(), CertificateWindow(Texts, "en", lambda: NOON_UTC)
    keep(over)
    over.show_as_window(1280, 800)
    qapp.installEventFilter(window)
    try:
        spy = QSignalSpy(window.touched)
        tap(over, over)
        assert spy.count() >= 1
    finally:
        qapp.removeEventFilter(window)


# --- the whole office -----------------------------------------------------------------------------


@pytest.fixture
def screen(tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[OfficeScreen]:
    def hasher(keys: AccountKeys) -> SecretHasher:
        return SecretHasher(keys, memory_kib=8, passes=1)

    monkeypatch.setattr(kiosk.login, "SecretHasher", hasher)
    make_event(tmp_path, people=4)
    file = tmp_path / "desk.toml"
    write_machine(file, "desk", tmp_path, tmp_path / "devices", Sizes().desk, "")
    config = load_station(file)
    clock = SetClock()
    place = DevicePlace(config.machine.data_dir, config.machine.key_dir)
    accounts = open_accounts(place, clock)
    roles = frozenset({Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN, Role.ORGANISER})
    second = accounts.book.first(NewAccount("sec", "Sam", roles), Profile.GENERIC, PASSWORD).second
    made = OfficeScreen(
        config, accounts, AuditLog.at(place, clock), lambda: [DoctorLine("fonts", "ok", "Fine.")], clock, (tmp_path,)
    )
    made.setProperty("code", code_at(second, clock.now()))
    made.window.show_as_window(1280, 800)
    yield made
    made.close()
    end(made.window)


def test_from_the_log_in_to_the_log_and_out_again(screen: OfficeScreen, qtbot: QtBot) -> None:
    window, cover = screen.window, screen.window.cover
    for typed in ("sec", PASSWORD, str(screen.property("code"))):
        QTest.keyClicks(window, typed)
        tap(window, cover.enter_button)
    qtbot.waitUntil(lambda: window.pages.isVisible(), timeout=10_000)
    assert list(window.pages.home.tiles) == [
        *("wizard", "event", "roster", "accounts", "overrides", "audit", "device", "training", "look")
    ]
    assert "Sam" in all_texts(window)

    tap(window, window.pages.home.tiles["audit"])
    qtbot.waitUntil(lambda: bool(window.pages.list.table.rows.shown), timeout=10_000)
    qtbot.waitUntil(lambda: "1" in "".join(row.key for row in window.pages.list.table.rows.shown), timeout=5000)
    tap(window, window.pages.list.back_button)
    assert window.pages.home.isVisible()

    tap(window, window.pages.home.tiles["event"])
    qtbot.waitUntil(lambda: "close" in window.pages.sheet.acts, timeout=10_000)
    tap(window, window.pages.sheet.acts["close"])
    qtbot.waitUntil(lambda: bool(screen.windows.open), timeout=5000)
    screen.login.on_timer("idle")  # five minutes later
    assert screen.windows.open == []
    assert cover.isVisible()
    assert not window.pages.isVisible()
    assert "Sam" not in all_texts(window)


def test_only_a_closing_that_began_stays_when_its_person_leaves(
    screen: OfficeScreen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(kiosk.office_screen, "close_event", broken)
    windows, texts, left = screen.windows, Texts("en"), []
    facts = EventFacts("Night", "night", "open", None, None, certified=False)
    windows.close_event(facts, Principal(Role.ORGANISER, "org"), texts, lambda: left.append(True))
    [closing] = windows.open
    assert isinstance(closing, CloseWindow)
    closing.close_confirmed.emit()
    qtbot.waitUntil(closing.done_button.isVisible, timeout=5000)
    closing.certificate_wanted.emit()
    assert len(windows.open) == 2
    windows.leave()
    assert windows.open == [closing], "what it came to is still to be seen"
    closing.finished.emit()
    assert (windows.open, left) == ([], [True])
    windows.certificate(texts, lambda: None)
    windows.leave()
    assert windows.open == [], "an earlier closing keeps nothing over the log-in"
