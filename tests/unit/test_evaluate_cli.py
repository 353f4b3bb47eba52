"""``kiosk evaluate`` on the photographs of the rehearsal: three people, two of them on two days."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli.main import app
from kiosk.cli.saying import BAD_USAGE, FAILED
from kiosk.face.card import CardUnusable
from kiosk.rehearsal.photos import photo_folder

PEOPLE = {"A": ("person_a_1", "person_a_2"), "B": ("person_b_1", "person_b_2"), "C": ("impostor_1",)}
ROWS = (
    "images/A/person_a_1.jpg,images/A/person_a_2.jpg,1,two days",
    "images/B/person_b_2.jpg,images/B/person_b_1.jpg,1,two days",
    "images/A/person_a_1.jpg,images/B/person_b_1.jpg,0,two people",
    "images/C/impostor_1.jpg,images/A/person_a_2.jpg,0,two people",
)

pytestmark = pytest.mark.photos


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for person, names in PEOPLE.items():
        (folder / "images" / person).mkdir(parents=True)
        for name in names:
            shutil.copy(photo_folder() / f"{name}.jpg", folder / "images" / person / f"{name}.jpg")
    (folder / "pairs.csv").write_text("\n".join(("a,b,same,group", *ROWS)) + "\n", encoding="utf-8")
    (folder / "labels.csv").write_text("identity,hat\nA,yes\nB,yes\nC,no\n", encoding="utf-8")
    return folder


def evaluated(folder: Path, *options: str) -> Result:
    words = ["evaluate", str(folder / "pairs.csv"), "--images", str(folder), "--cache", str(folder / "cache.sqlite")]
    return CliRunner().invoke(app, [*words, *options])


def test_everybody_is_told_apart_and_everything_is_written(data: Path, qapp: object) -> None:
    labels = ("--labels", str(data / "labels.csv"), "--label-column", "hat")
    out = data / "figures.json"
    done = evaluated(data, "--json", str(out), "--report", str(data / "report"), "--all-vs-all", *labels)
    assert done.exit_code == 0, done.output
    figures = json.loads(out.read_text("utf-8"))
    assert figures["overall"]["tar_at_no_false_match"]["tar"] == 1.0
    assert figures["overall"]["fta"] == 0
    assert figures["overall"]["tar_at_fmr"] == {"0.01": None, "0.001": None, "0.0001": None}
    assert set(figures["groups"]) == {"two days", "two people"}
    assert (figures["labels"]["yes"]["mated"], figures["labels"]["yes"]["nonmated"]) == (2, 1)
    assert (figures["all_vs_all"]["mated"], figures["all_vs_all"]["nonmated"]) == (2, 8)
    page = (data / "report" / "report.html").read_text("utf-8")
    assert page.count("<svg") == 2
    assert "two people" in page
    assert (data / "report" / "errors.png").read_bytes().startswith(b"\x89PNG")


def test_a_second_run_makes_nothing_again_and_the_chip_is_another_question(data: Path) -> None:
    assert evaluated(data, "--degrade", "id-chip", "--json", str(data / "chip.json")).exit_code == 0
    kept = (data / "cache.sqlite").stat().st_mtime_ns
    again = evaluated(data, "--degrade", "id-chip", "--frames", "2", "--json", str(data / "again.json"))
    assert again.exit_code == 0
    assert (data / "cache.sqlite").stat().st_mtime_ns == kept
    chip, joined = (json.loads((data / name).read_text("utf-8")) for name in ("chip.json", "again.json"))
    assert chip["made_by"]["degrade"] == "id-chip"
    assert joined["made_by"]["frames_are"] == "pictures of different days, not a session"


def test_bad_rows_are_named_and_nothing_is_measured(data: Path) -> None:
    bad = data / "bad.csv"
    bad.write_text("a,b,same,group\nimages/A/none.jpg,images/A/person_a_2.jpg,1,x\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["evaluate", str(bad), "--images", str(data)])
    assert refused.exit_code == BAD_USAGE
    assert "row 2: images/A/none.jpg is not there" in refused.stderr


def test_without_a_card_a_threshold_has_to_be_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise CardUnusable

    monkeypatch.setattr("kiosk.face.thresholds.shipped_card", none)
    refused = evaluated(data)
    assert refused.exit_code == FAILED
    assert "--threshold" in refused.stderr
    assert evaluated(data, "--threshold", "0.42").exit_code == 0


def test_a_card_that_the_pictures_cannot_carry_is_not_written(data: Path, tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    options = ("--card", str(card), "--labels", str(data / "labels.csv"), "--label-column", "hat")
    assert evaluated(data, *options).exit_code == BAD_USAGE, "nobody said what the pictures are"
    refused = evaluated(data, *options, "--card-data", "the rehearsal's photographs")
    assert refused.exit_code == FAILED
    assert "look-alikes, 30000 are needed" in refused.stderr
    assert not card.exists()
