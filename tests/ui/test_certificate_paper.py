"""The PDF twin: every field in both languages, inside its margins, drawable, with a QR code that can be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter, QRawFont
from PySide6.QtWidgets import QApplication

from kiosk.closing.certificate_file import CertificateRefused, Signed, check_paper, read, sha256, sign_paper
from kiosk.closing.certificate_schema import Medium, canonical
from kiosk.closing.certificate_words import WRITING_LINE, groups_of, proof_code
from kiosk.closing.leftovers import Verdict
from kiosk.closing.paper_process import PaperUnavailable, paper_of
from kiosk.papers.canvas import A4, MM, Canvas, Style, height_of, lines_of, width_of
from kiosk.papers.certificate_paper import CertificatePaper
from kiosk.rehearsal.certificate_sample import sample, sample_bytes
from kiosk.text import Texts, languages
from kiosk.ui.fonts import base_font
from tests.helpers.certificate import IDENTITY, one_byte_changes

MARGIN = 14 * MM


class Recorder(Canvas):
    """Writes down what is written, and where."""

    def __init__(self, painter: QPainter) -> None:
        super().__init__(painter)
        self.written: list[tuple[str, float, float, float, float]] = []

    def text(self, text: str, style: Style, x: float, y: float, width: float) -> float:
        right = x + max((width_of(line, style) for line in lines_of(text, style, width)), default=0)
        self.written.append((text, x, y, right, y + height_of(text, style, width)))
        return super().text(text, style, x, y, width)


def painted(paper: CertificatePaper, page: int, width_px: int = 1240) -> tuple[QImage, Recorder]:
    image = QImage(width_px, round(width_px * 297 / 210), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    recorder = Recorder(painter)
    paper.paint(recorder, page)
    painter.end()
    return image, recorder


def written(signed: Signed, digest: str) -> list[tuple[str, float, float, float, float]]:
    paper = CertificatePaper(signed, digest)
    return [each for page in range(paper.pages) for each in painted(paper, page, 300)[1].written]


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.usefixtures("qapp")
def test_two_pages_hold_everything_within_the_margins(verdict: Verdict) -> None:
    signed, digest = sample(verdict)
    assert CertificatePaper(signed, digest).pages == 2
    for text, left, top, right, bottom in written(signed, digest):
        assert left >= MARGIN, text
        assert right <= A4[0] - MARGIN, text
        assert top >= 0, text
        assert bottom <= A4[1] - 5 * MM, text


@pytest.mark.parametrize("language", languages())
@pytest.mark.usefixtures("qapp")
def test_every_field_is_on_the_paper_in_both_languages(language: str) -> None:
    signed, digest = sample(Verdict.FAILED)
    texts = "\n".join(text for text, *_ in written(signed, digest))
    for group in groups_of(signed, digest, Texts(language)):
        assert group.heading in texts
        for row in group.rows:
            assert row.label in texts
            for value in row.values:
                assert value.replace(WRITING_LINE, "").strip() in texts


def leaves(value: Any) -> Iterator[str]:
    """Everything a certificate says that is not a code with words of its own."""
    if isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, str) and (not value.isascii() or not value.replace("_", "").isalpha()):
        yield value.replace("T", " ").removesuffix("Z") if value.endswith("Z") else value


@pytest.mark.requirement("R-51")
@pytest.mark.usefixtures("qapp")
def test_the_twins_agree() -> None:
    """No value of the JSON is missing on the paper; codes are tried by the test of their words."""
    signed, digest = sample(Verdict.PASS)
    texts = "\n".join(text for text, *_ in written(signed, digest))
    values = json.loads(canonical(signed.certificate))
    del values["form"]
    missing = [leaf for leaf in leaves(values) if leaf and leaf not in texts]
    assert not missing
    assert signed.signature[:64] in texts
    assert signed.signature[64:] in texts


@pytest.mark.usefixtures("qapp")
def test_many_media_go_on_to_another_page() -> None:
    signed, digest = sample(Verdict.PASS)
    kiosk = signed.certificate.kiosk
    disks = tuple(
        Medium(device=f"sd{n}", make="M" * 60, model=None, serial="9" * 100, media_type=None, storage_id=None)
        for n in range(40)
    )
    many = signed.certificate.model_copy(update={"kiosk": kiosk.model_copy(update={"media": disks})})
    paper = CertificatePaper(signed.model_copy(update={"certificate": many}), digest)
    assert paper.pages > 2


@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.usefixtures("qapp")
def test_the_code_can_be_read_off_the_paper(verdict: Verdict) -> None:
    data = sample_bytes(verdict, IDENTITY)
    signed, digest = read(data), sha256(data)
    image, _ = painted(CertificatePaper(signed, digest), 0, width_px=2480)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    code = np.ascontiguousarray(rows[: image.height() // 7, image.width() * 7 // 10 :, 0])
    assert cv2.QRCodeDetector().detectAndDecode(code)[0] == proof_code(signed, digest)


def test_every_sign_can_be_drawn(qapp: QApplication) -> None:
    signed, digest = sample(Verdict.FAILED)
    font = QRawFont.fromFont(base_font())
    signs = {sign for text, *_ in written(signed, digest) for sign in text if not sign.isspace()}
    assert not {sign for sign in signs if not font.supportsCharacter(ord(sign))}


def test_a_process_without_a_window_paints_it() -> None:
    data = sample_bytes(Verdict.PASS, IDENTITY)
    pdf = paper_of(data)
    assert pdf.rstrip().endswith(b"%%EOF")
    paper = sign_paper(pdf, data, IDENTITY)
    check_paper(paper, data, IDENTITY.public_key)
    assert len(paper) < 1_000_000, "fonts must be embedded in part only"
    for _, changed in one_byte_changes(paper, 200, seed=3):
        with pytest.raises(CertificateRefused):
            check_paper(changed, data, IDENTITY.public_key)


def test_nothing_is_painted_of_what_does_not_hold() -> None:
    data = sample_bytes(Verdict.FAILED, IDENTITY)
    with pytest.raises(PaperUnavailable, match="failed"):
        paper_of(data.replace(b'"verdict":"FAILED"', b'"verdict":"PASS"'))


@pytest.mark.usefixtures("qapp")
def test_a_word_wider_than_its_column_is_broken() -> None:
    style = Style(8, "#000000")
    lines = lines_of("f" * 200, style, 40 * MM)
    assert "".join(lines) == "f" * 200
    assert all(width_of(line, style) <= 40 * MM + 1 for line in lines)
