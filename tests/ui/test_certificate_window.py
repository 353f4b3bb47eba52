"""The certificate on the screen: every verdict in both sizes; what lies in the folder is checked before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication

from kiosk.certificate_screen import certificate_view, view_of
from kiosk.closing.certificate_file import sign_paper
from kiosk.closing.certificate_words import proof_code
from kiosk.closing.leftovers import Verdict
from kiosk.config.places import EventPlace
from kiosk.rehearsal.certificate_sample import sample, sample_bytes
from kiosk.text import Texts
from kiosk.ui.certificate_window import CertificateView, CertificateWindow
from kiosk.ui.close_view import CloseFacts, CloseResult, WipeVerdict
from kiosk.ui.close_window import CloseWindow
from kiosk.ui.kiosk_window import KioskWindow
from kiosk.ui.qr_mark import QrMark
from tests.helpers.certificate import FAKE_PDF, IDENTITY, event_folder
from tests.helpers.ui import (
    LANDSCAPE,
    LANGUAGES,
    NOON_UTC,
    SIZES,
    all_texts,
    clipped_texts,
    overlapping_texts,
    shown,
    tap,
    target_faults,
)

FOLDER = "/var/lib/venue-kiosk/events/an-event-with-the-longest-id-there-can-be/certificate"


@pytest.fixture
def opened(keep: Callable[[KioskWindow], None], qapp: QApplication) -> Callable[..., CertificateWindow]:
    def open_(view: CertificateView, language: str = "en", size: tuple[int, int] = LANDSCAPE) -> CertificateWindow:
        window = CertificateWindow(Texts, language, lambda: NOON_UTC, motion=False)
        keep(window)
        window.show_as_window(*size)
        window.show_certificate(view, "The Lighthouse Choir on Tour")
        qapp.processEvents()
        return window

    return open_


def view(verdict: Verdict, language: str = "en") -> CertificateView:
    return view_of(*sample(verdict), f"{FOLDER}.json", f"{FOLDER}.pdf", Texts(language))


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", list(Verdict))
def test_walk(opened: Callable[..., CertificateWindow], language: str, size: tuple[int, int], verdict: Verdict) -> None:
    window = opened(view(verdict, language), language, size)
    assert not clipped_texts(window)
    assert not overlapping_texts(window)
    assert not target_faults(window)
    assert Texts(language)(f"certificate.verdict.{verdict}") in all_texts(window)


def test_everything_but_the_lines_to_write_on_is_shown(opened: Callable[..., CertificateWindow]) -> None:
    signed, digest = sample(Verdict.PASS)
    texts = all_texts(opened(view_of(signed, digest, "here.json", "here.pdf", Texts("en"))))
    for said in ("here.json", "here.pdf", digest, signed.signer.public_key, "Lantern Stores", "not known", "50000"):
        assert said in texts
    assert Texts("en")("certificate.group.persons") not in texts


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
def test_the_code_can_be_read_off_the_glass(opened: Callable[..., CertificateWindow], size: tuple[int, int]) -> None:
    signed, digest = sample(Verdict.PASS)
    window = opened(view_of(signed, digest, "a", "b", Texts("en")), size=size)
    [mark] = shown(window, QrMark)
    image = mark.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    larger = np.kron(rows[:, : image.width()], np.ones((3, 3), np.uint8))
    assert cv2.QRCodeDetector().detectAndDecode(larger)[0] == proof_code(signed, digest)


def test_done_is_said_once(opened: Callable[..., CertificateWindow]) -> None:
    window = opened(view(Verdict.PASS))
    spy = QSignalSpy(window.finished)
    tap(window, window.done)
    assert spy.count() == 1


# --- from the folder ----------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path) -> EventPlace:
    place = event_folder(tmp_path)
    place.certificate_file.write_bytes(sample_bytes(Verdict.PASS, IDENTITY))
    return place


def said(view: CertificateView) -> str:
    return "\n".join(value for group in view.groups for _, value in group.fields)


def test_a_folder_with_both_twins(place: EventPlace) -> None:
    place.certificate_paper.write_bytes(sign_paper(FAKE_PDF, place.certificate_file.read_bytes(), IDENTITY))
    found = certificate_view(place, Texts("en"))
    assert found.verdict == "PASS"
    assert str(place.certificate_paper) in said(found)


@pytest.mark.parametrize(("paper", "why"), [(None, "unreadable"), (b"%PDF", "paper_form")])
def test_a_paper_that_does_not_hold_is_not_named(place: EventPlace, paper: bytes | None, why: str) -> None:
    if paper is not None:
        place.certificate_paper.write_bytes(paper)
    found = certificate_view(place, Texts("en"))
    assert str(place.certificate_paper) not in said(found)
    assert Texts("en")(f"certificate.fault.{why}") in said(found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_changed_certificate_shows_nothing_of_itself(
    opened: Callable[..., CertificateWindow], place: EventPlace, language: str
) -> None:
    place.certificate_file.write_bytes(place.certificate_file.read_bytes().replace(b"50000", b"50001"))
    found = certificate_view(place, Texts(language))
    assert (found.verdict, found.groups, found.code) == ("UNKNOWN", (), "")
    assert Texts(language)("certificate.fault.signature") in found.line
    window = opened(found, language)
    assert not list(shown(window, QrMark))
    assert not clipped_texts(window)


def test_without_a_certificate_it_says_so(place: EventPlace) -> None:
    place.certificate_file.unlink()
    assert certificate_view(place, Texts("en")).line == Texts("en")("certificate.none")


# --- from the close screen ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=["portrait", "landscape"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_close_screen_offers_a_certificate_that_there_is(
    keep: Callable[[KioskWindow], None], qapp: QApplication, language: str, size: tuple[int, int]
) -> None:
    window = CloseWindow(Texts, language, lambda: NOON_UTC, motion=False)
    keep(window)
    window.show_as_window(*size)
    window.show_facts(CloseFacts("The Lighthouse Choir on Tour", 1, 1))
    window.show_result(CloseResult(WipeVerdict.PASS))
    assert not window.certificate_button.isVisible()
    window.show_result(CloseResult(WipeVerdict.PASS, certified=True))
    qapp.processEvents()
    assert not clipped_texts(window)
    assert not target_faults(window)
    spy = QSignalSpy(window.certificate_wanted)
    tap(window, window.certificate_button)
    assert spy.count() == 1
