"""The figures of a sweep, and ``kiosk evaluate-capture`` on the photographs of the rehearsal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta  # type: ignore[import-untyped]
from typer.testing import CliRunner, Result

from drivers.port import PortraitFormat
from kiosk.camera.port import BgrImage
from kiosk.cli.main import app
from kiosk.cli.saying import BAD_USAGE
from kiosk.evaluate.capture import Trial, best_frame_figures, spread, step_figures
from kiosk.evaluate.capture_report import HEADINGS, most_frequent, row
from kiosk.evaluate.gate_view import SETTINGS, gate_frame, look_at, second_of
from kiosk.evaluate.looks import Seen
from kiosk.evaluate.pairs import Pair
from kiosk.evaluate.sweeps import Step, Sweep, degraded
from kiosk.face.comparator import similarity
from kiosk.face.fusion import fused
from kiosk.face.port import Advice, Compared, FaceObserved
from kiosk.face.reference import make_reference
from kiosk.face.second import nearness
from kiosk.face.work import VisitWork
from kiosk.rehearsal.photos import photo_folder
from tests.helpers.face_photos import chip_portrait, face_of, free_photos, models  # noqa: F401

NOTHING = np.zeros(0, dtype=np.float32)


def trial(score: float | None, advice: Advice = Advice.NONE, merit: float = 0.5) -> Trial:
    return Trial(Seen(advice, merit, NOTHING), score)


def test_a_failure_to_acquire_is_no_non_match() -> None:
    trials = [trial(0.6), trial(0.5), trial(0.2), trial(0.7, Advice.HOLD_STILL), trial(0.1, Advice.HOLD_STILL)]
    trials += [trial(None, Advice.NOBODY), trial(None, Advice.ONE_PERSON)]
    figures = step_figures(trials, 0.4)
    assert figures["trials"] == 7
    assert figures["no_face"] == 1
    assert (figures["failure_to_acquire"]["events"], figures["failure_to_acquire"]["rate"]) == (4, 0.5714)
    assert (figures["match"]["events"], figures["match"]["rate"]) == (2, 0.2857)
    assert (figures["nonmatch_of_acquired"]["events"], figures["nonmatch_of_acquired"]["rate"]) == (1, 0.3333)
    assert figures["advised_would_match"] == 1
    assert list(figures["advice"].items()) == [("hold_still", 2), ("nobody", 1), ("one_person", 1)]
    low, high = beta.ppf(0.025, 2, 6), beta.ppf(0.975, 3, 5)
    assert (figures["match"]["low"], figures["match"]["high"]) == (round(low, 4), round(high, 4))
    assert most_frequent(figures) == "hold still (2)"
    assert len(row("x", figures)) == len(HEADINGS)


def test_nothing_acquired_states_no_rate_of_it() -> None:
    figures = step_figures([trial(None, Advice.NOBODY)], 0.4)
    assert figures["nonmatch_of_acquired"] is None
    assert row("x", figures)[4] == "–"
    assert most_frequent(step_figures([trial(0.9)], 0.4)) == "–"


def test_a_score_at_the_threshold_matches() -> None:
    assert step_figures([trial(0.4)], 0.4)["match"]["events"] == 1


def test_merit_that_finds_the_better_frame() -> None:
    person = [trial(0.9, merit=0.9), trial(0.5, merit=0.5), trial(0.7, merit=0.1)]
    unusable = trial(1.0, Advice.HOLD_STILL, merit=0.0)
    equal = [trial(0.1, merit=0.3), trial(0.2, merit=0.3)]
    figures = best_frame_figures([[*person, unusable], equal])
    assert figures == {"two_frames_of_one_person": 3, "more_merit_scores_higher": round(2 / 3, 4)}
    assert best_frame_figures([[trial(0.5)]])["more_merit_scores_higher"] is None


def test_pairs_are_taken_from_the_whole_file_and_mated_ones_only() -> None:
    pairs = [Pair(str(number), "b", same=number % 2 == 0, group="g") for number in range(20)]
    assert [pair.a for pair in spread(pairs, 4)] == ["0", "6", "12", "18"]
    assert len(spread(pairs, 99)) == 10


@pytest.mark.photos
@pytest.mark.parametrize(
    "step",
    [Step(), Step(Sweep.MOTION_BLUR, 30.0), Step(Sweep.BRIGHTNESS, 0.1), Step(Sweep.MASK, 0.35), Step(Sweep.NOISE, 10)],
)
def test_a_sweep_says_what_a_visit_says(free_photos: dict[str, BgrImage], step: Step) -> None:  # noqa: F811  the fixture
    portrait = chip_portrait(free_photos["person_a_1"])
    frame, face = gate_frame(free_photos["person_a_2"], face_of(free_photos["person_a_2"]))
    shown = degraded(frame, face, step, 3)
    work = VisitWork(models(), SETTINGS)
    list(work.take_reference(portrait, PortraitFormat.WLT, "rehearsal", 0.0))
    events = list(work.take_frame(shown, 0, 0.0))
    look = look_at(shown, models())
    observed = next(event for event in events if isinstance(event, FaceObserved))
    assert (look.advice, look.advice is Advice.NONE) == (observed.advice, observed.usable)
    reference = make_reference(portrait, models())
    compared = [event.score for event in events if isinstance(event, Compared)]
    expected = []
    if observed.usable:
        near = nearness(models().second.features(reference.cut_out.array), second_of(shown, models()))
        expected = [fused(similarity(reference.features, look.features), near)]
    assert compared == pytest.approx(expected, abs=1e-4)
    work.forget()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, free_photos: dict[str, BgrImage]) -> Path:  # noqa: F811  they are there
    folder = tmp_path_factory.mktemp("data")
    for person in ("a", "b"):
        (folder / "images" / person).mkdir(parents=True)
        for number in (1, 2):
            name = f"person_{person}_{number}.jpg"
            shutil.copy(photo_folder() / name, folder / "images" / person / name)
    rows = [
        "images/a/person_a_1.jpg,images/a/person_a_2.jpg,1,x",
        "images/b/person_b_2.jpg,images/b/person_b_1.jpg,1,x",
        "images/a/person_a_1.jpg,images/b/person_b_1.jpg,0,x",
    ]
    (folder / "pairs.csv").write_text("\n".join(("a,b,same,group", *rows)) + "\n", encoding="utf-8")
    return folder


def swept(folder: Path, *options: str) -> Result:
    words = [
        "evaluate-capture",
        str(folder / "pairs.csv"),
        "--images",
        str(folder),
        "--cache",
        str(folder / "c.sqlite"),
    ]
    return CliRunner().invoke(app, [*words, *options])


@pytest.mark.photos
def test_blur_goes_from_a_match_to_advice_and_everything_is_written(data: Path, qapp: object) -> None:
    out = data / "figures.json"
    done = swept(data, "--sweep", "motion-blur", "--json", str(out), "--report", str(data / "report"))
    assert done.exit_code == 0, done.output
    figures = json.loads(out.read_text("utf-8"))
    assert figures["as_it_is"]["match"]["events"] == 2
    last = figures["sweeps"]["motion-blur"][-1]
    assert last["failure_to_acquire"]["events"] == 2
    assert set(last["advice"]) == {"hold_still"}
    assert (figures["made_by"]["pairs"], figures["made_by"]["portrait"]) == (2, "id-chip")
    page = (data / "report" / "report.html").read_text("utf-8")
    assert page.count("<svg") == 1
    assert "simulated" in page
    assert "motion-blur 30" in done.output
    made = (data / "c.sqlite").stat().st_mtime_ns
    assert swept(data, "--sweep", "motion-blur", "--json", str(data / "again.json")).exit_code == 0
    assert (data / "c.sqlite").stat().st_mtime_ns == made  # nothing was computed again
    assert json.loads((data / "again.json").read_text("utf-8")) == figures


@pytest.mark.photos
@pytest.mark.parametrize(("words", "said"), [("rain", "no sweep is called rain"), (" , ", "no sweep is named")])
def test_an_unknown_sweep_is_named(data: Path, words: str, said: str) -> None:
    refused = swept(data, "--sweep", words)
    assert refused.exit_code == BAD_USAGE
    assert said in refused.stderr
    assert "mask" in refused.stderr


@pytest.mark.photos
def test_a_file_without_mated_pairs_is_refused(data: Path) -> None:
    other = data / "other.csv"
    other.write_text("a,b,same,group\nimages/a/person_a_1.jpg,images/b/person_b_1.jpg,0,x\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["evaluate-capture", str(other), "--images", str(data)])
    assert refused.exit_code == BAD_USAGE
    assert "no mated pair" in refused.stderr
