"""A person plays: panel and stations touched by fingers, real processes, real bytes, real pictures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk.rehearsal import hands_on_show
from kiosk.rehearsal.hands_on_cards import Deck, deal
from kiosk.rehearsal.hands_on_contents import panel_contents
from kiosk.rehearsal.hands_on_layout import Area, arrange
from kiosk.rehearsal.hands_on_show import Show
from kiosk.rehearsal.peers import Peer, PeerLost
from kiosk.rehearsal.performance import Performance, Setting, curtain
from kiosk.rehearsal.photos import PersonPhotos, people
from kiosk.text import Texts
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.rehearsal_panel import DESK, GATE, PanelContents, RehearsalPanel
from tests.helpers.ui import all_texts, clipped_texts, tap, target_faults

pytestmark = pytest.mark.photos
LAYOUT = arrange(Area(0, 0, 1920, 1080))
PATIENCE_S = 15.0


@pytest.fixture(scope="module")
def photographed() -> list[PersonPhotos]:
    return people()


@pytest.fixture(scope="module")
def deck(photographed: list[PersonPhotos]) -> Deck:
    return deal(photographed)


def contents(language: str, deck: Deck, photographed: list[PersonPhotos], overlapping: bool = False) -> PanelContents:
    return panel_contents(Texts(language), deck, photographed, "Photo: A. Photographer", overlapping=overlapping)


def key_of(deck: Deck, kind: str) -> str:
    return next(key for key, part in deck.cards.items() if part.kind.name == kind)


def touch(station: Peer, button: str, qtbot: QtBot) -> None:
    """A finger on a station's button, again until the button is there."""

    def touched() -> bool:
        station.send({"tap": button})
        return bool(station.wait(lambda m: m.get("tapped") == button, 5.0, "tap")["ok"])

    qtbot.waitUntil(touched, timeout=10_000)


@pytest.mark.parametrize("overlapping", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_panel_has_room_for_everything(
    keep: Callable[[KioskWindow], None],
    qapp: QApplication,
    deck: Deck,
    photographed: list[PersonPhotos],
    language: str,
    overlapping: bool,
) -> None:
    panel = RehearsalPanel(Texts, language, contents(language, deck, photographed, overlapping))
    keep(panel)
    panel.show_as_window(LAYOUT.panel.width, 2200)  # high enough that nothing is scrolled away
    qapp.processEvents()
    assert not clipped_texts(panel)
    assert not target_faults(panel)
    assert "Photo: A. Photographer" in all_texts(panel)
    assert Texts(language)("panel.invented") in all_texts(panel)


def test_every_case_has_its_card(deck: Deck) -> None:
    kinds = [part.kind.name for part in deck.cards.values()]
    assert kinds.count("match") == 4
    assert {part.visitor.face for part in deck.cards.values() if part.kind.name == "match"} == {0, 1, 2, 3}
    stranger = deck.cards[key_of(deck, "non_match")]
    assert stranger.visitor.face != stranger.live_face
    assert [part.kind.name for part in deck.used_before()] == ["already_used"]
    assert all(deck.another_code(key) != part.code for key, part in deck.cards.items())


class Playing:
    """The show with its panel open, and both stations."""

    def __init__(self, performance: Performance, deck: Deck, photographed: list[PersonPhotos]) -> None:
        self.gate = performance.gate
        assert performance.world.desk is not None
        self.desk = performance.world.desk
        self.show = Show(performance, deck, contents("en", deck, photographed), "en")
        self.panel = self.show.panel
        self.panel.show_as_window(LAYOUT.panel.width, 2200)
        self.show.begin()

    def press(self, group: str, key: str) -> None:
        tap(self.panel, self.panel.buttons[group, key])


def test_a_person_plays_attendee_and_attendant(
    qapp: QApplication, qtbot: QtBot, deck: Deck, photographed: list[PersonPhotos]
) -> None:
    setting = Setting(deck.rows, rules={"welcome_s": 0.3, "direction_s": 0.3}, sizes=LAYOUT.sizes(), language="en")
    with curtain(setting) as performance:
        play = Playing(performance, deck, photographed)
        try:
            _admitted_by_face(play, qtbot)
            _sent_to_staff_with_somebody_elses_card(play, deck, qtbot)
            _admitted_at_the_desk(play, qtbot)
            _reader_unplugged_and_back(play)
        finally:
            play.show.end()
            play.panel.deleteLater()


def _admitted_by_face(play: Playing, qtbot: QtBot) -> None:
    touch(play.gate, "choice_face", qtbot)
    play.press("put", GATE)
    assert _visit(play)["ending"] == "admitted"
    play.press("walk", "")
    play.press("lift", GATE)


def _sent_to_staff_with_somebody_elses_card(play: Playing, deck: Deck, qtbot: QtBot) -> None:
    stranger = key_of(deck, "non_match")
    play.press("card", stranger)
    holder = play.show.director.holder_of(stranger)
    assert play.panel.buttons["person", holder].isChecked()
    touch(play.gate, "choice_face", qtbot)
    play.press("put", GATE)
    assert _visit(play)["cause"] == "no_match"
    play.press("lift", GATE)


def _admitted_at_the_desk(play: Playing, qtbot: QtBot) -> None:
    play.press("card", "02-match")
    play.press("put", DESK)
    play.desk.wait(lambda m: m.get("desk") == "facts" and m["can_admit"], PATIENCE_S, "facts at the desk")
    touch(play.desk, "desk_admit", qtbot)
    play.desk.wait(lambda m: m.get("desk") == "admitted", PATIENCE_S, "admission at the desk")


def _reader_unplugged_and_back(play: Playing) -> None:
    play.gate.forget()
    play.press("fault", "unplug_gate")
    play.gate.wait(lambda m: m.get("view") == "out_of_service", PATIENCE_S, "closed gate")
    play.press("fault", "replug_gate")
    play.gate.wait(lambda m: m.get("view") == "choice", PATIENCE_S, "open gate")


def _visit(play: Playing) -> dict[str, object]:
    facts: dict[str, object] = play.gate.wait(lambda m: "visit" in m, PATIENCE_S, "end of the visit")["visit"]
    return facts


def test_a_lost_station_ends_the_rehearsal_with_its_name(
    qapp: QApplication, deck: Deck, photographed: list[PersonPhotos], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hands_on_show, "end_on_signals", lambda application: None)  # the tests keep theirs
    with curtain(Setting(deck.rows, sizes=LAYOUT.sizes())) as performance:
        show = Show(performance, deck, contents("en", deck, photographed), "en")
        performance.gate.process.kill()
        with pytest.raises(PeerLost, match="gate ended"):
            show.run(qapp, LAYOUT.panel)
        show.panel.deleteLater()
