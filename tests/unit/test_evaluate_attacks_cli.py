"""``kiosk evaluate-attacks`` on people of the film and, simulated, their photographs as sheets held up."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from kiosk.camera.port import BgrImage, Zone
from kiosk.camera.zone import zone_pixels
from kiosk.cli.main import app
from kiosk.cli.saying import BAD_USAGE
from kiosk.evaluate import attack_curve, attack_rates, attack_report
from kiosk.rehearsal.film_scene import Place
from kiosk.rehearsal.photos import PhotosUnavailable, people
from tests.helpers.face_photos import at_eye_distance
from tests.soak.pictures import picture

FEWEST = 4
HEADING = "file,label,source,subject"


def hall(number: int, who: int | None = None) -> BgrImage:
    poses = [] if who is None else [(who, Place(0.5, 0.45, 110.0))]
    return np.ascontiguousarray(zone_pixels(picture(poses, np.random.default_rng(number)), Zone()))


def held_up(photo: BgrImage, number: int) -> BgrImage:
    """Simulated: the photograph as a sheet in front of the hall."""
    zone, sheet = hall(number), at_eye_distance(photo, 85)[:480, :440]
    height, width = sheet.shape[:2]
    left = (zone.shape[1] - width) // 2
    zone[100 : 100 + height, left : left + width] = sheet
    return zone


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        photographed = people()
    except PhotosUnavailable as unavailable:
        pytest.skip(str(unavailable))
    folder = tmp_path_factory.mktemp("presentations")
    rows = []
    for who, person in enumerate(photographed):
        cv2.imwrite(str(folder / f"live{who}.png"), hall(who, who))
        cv2.imwrite(str(folder / f"sheet{who}.png"), held_up(person.live, who))
        rows += [f"live{who}.png,real,film,s{who}", f"sheet{who}.png,print,simulated,s{who}"]
    cv2.imwrite(str(folder / "nobody.png"), hall(9))
    rows += ["nobody.png,mask,film,s9"]
    (folder / "pad.csv").write_text("\n".join((HEADING, *rows)) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (attack_rates, attack_report, attack_curve):
        monkeypatch.setattr(module, "FEWEST", FEWEST)


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, ["evaluate-attacks", *words])


@pytest.mark.photos
@pytest.mark.usefixtures("few", "qapp")
def test_sheets_are_suspected_people_are_not_and_everything_is_written(data: Path) -> None:
    out, report = data / "figures.json", data / "report"
    done = run(str(data / "pad.csv"), "--json", str(out), "--report", str(report))
    assert done.exit_code == 0, done.output
    assert "Worst kind: print, APCER 0.0%, at most 52.7%." in done.output
    assert "Not measured: mask." in done.output
    figures = json.loads(out.read_text("utf-8"))
    assert (figures["apcer"]["print"]["rate"], figures["bpcer"]["rate"], figures["worst_kind"]) == (0.0, 0.0, "print")
    assert figures["apcer"]["mask"]["no_response"] == 1
    page = (report / "report.html").read_text("utf-8")
    assert page.count("<svg") == 1
    assert page.index("print") < page.index("mask")
    assert "not measured" in page
    assert (report / "border.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.photos
def test_too_few_of_everything_is_said_and_no_failure(data: Path) -> None:
    done = run(str(data / "pad.csv"), "--images", str(data))
    assert done.exit_code == 0, done.output
    assert "No kind of attack has enough pictures to be measured." in done.output
    assert "Worst kind" not in done.output


def test_bad_rows_and_unreadable_pictures_are_all_named(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"no picture")
    (tmp_path / "b.jpg").write_bytes(b"")
    pad = tmp_path / "pad.csv"
    pad.write_text(f"{HEADING}\na.jpg,real,x,s1\nnone.jpg,real,x,s1\nb.jpg,,x,s1\n", encoding="utf-8")
    refused = run(str(pad))
    assert refused.exit_code == BAD_USAGE
    assert refused.stderr.splitlines() == [
        "pad.csv: line 3: none.jpg is not there",
        "pad.csv: line 4: label is empty or no plain word",
        "Nothing was measured.",
    ]
    pad.write_text(f"{HEADING}\na.jpg,real,x,s1\nb.jpg,print,x,s1\n", encoding="utf-8")
    refused = run(str(pad))
    assert refused.exit_code == BAD_USAGE
    assert [line for line in refused.stderr.splitlines() if "pad.csv" in line] == [
        "pad.csv: line 2: a.jpg is no picture that can be read",
        "pad.csv: line 3: b.jpg is no picture that can be read",
    ]


def test_a_curve_goes_from_everybody_suspected_to_nobody() -> None:
    honest, attacks = np.array([0.1, 0.2, 0.3]), np.array([0.25, 0.5])
    bpcer, apcer = attack_curve.trade_off(honest, attacks)
    assert (bpcer[0], apcer[0]) == (1.0, 0.0)
    assert (bpcer[-1], apcer[-1]) == (0.0, 1.0)
    assert ((np.diff(bpcer) <= 0) & (np.diff(apcer) >= 0)).all()
