"""The pairs' file: bad rows are named, and nothing is measured with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kiosk.evaluate.all_pairs import all_against_all, between
from kiosk.evaluate.cache import TemplateCache, key_of
from kiosk.evaluate.pairs import identity_of, read_label_errors, read_labels, read_pairs
from kiosk.evaluate.templates import Template, score
from kiosk.evaluate.unusable import TableUnusable


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for person in ("Ann", "Bob"):
        for number in (1, 2):
            file = tmp_path / "images" / person / f"{number}.jpg"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"picture")
    return tmp_path


def written(folder: Path, *rows: str) -> Path:
    file = folder / "pairs.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_pairs_are_read(images: Path) -> None:
    file = written(
        images, "a,b,same,group", "images/Ann/1.jpg,images/Ann/2.jpg,1,x", "images/Ann/1.jpg,images/Bob/1.jpg,0,y"
    )
    pairs = read_pairs(file, images)
    assert [(pair.same, pair.group) for pair in pairs] == [(True, "x"), (False, "y")]
    assert identity_of(pairs[1].b) == "Bob"


def test_every_bad_row_is_named(images: Path) -> None:
    file = written(
        images,
        "a,b,same,group",
        "images/Ann/1.jpg,images/Ann/2.jpg,1,x",
        "images/Ann/1.jpg,images/Ann/9.jpg,1,x",
        "images/Ann/1.jpg,images/Bob/1.jpg,no,x",
        "../Ann/1.jpg,images/Bob/1.jpg,0,x",
        "images/Ann/1.jpg,images/Bob/1.jpg,0,",
    )
    with pytest.raises(TableUnusable) as caught:
        read_pairs(file, images)
    assert caught.value.faults == (
        "row 3: images/Ann/9.jpg is not there",
        "row 4: same is neither 1 nor 0",
        "row 5: a and b are paths below the images' folder",
        "row 6: group is empty",
    )


def test_a_file_wrong_throughout_names_its_first_rows(images: Path) -> None:
    file = written(images, "a,b,same,group", *["x,y,2,z"] * 30)
    with pytest.raises(TableUnusable) as caught:
        read_pairs(file, images)
    assert caught.value.faults[-1] == "and 20 more"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a,b,group\n", "column same is missing"),
        (b"a,b,same,group\n", "there is no pair in it"),
        (b"\xff\xfe\x00", "it is no CSV file in UTF-8"),
        (b'a,b,same,group\n"x', "it is no CSV file in UTF-8"),
    ],
)
def test_a_file_that_is_none(images: Path, content: bytes, fault: str) -> None:
    file = images / "pairs.csv"
    file.write_bytes(content)
    with pytest.raises(TableUnusable) as caught:
        read_pairs(file, images)
    assert caught.value.faults == (fault,)


def test_labels(images: Path) -> None:
    errors = images / "errors.csv"
    errors.write_text("a,b,remark\nimages/Ann/1.jpg,images/Ann/2.jpg,somebody else\n", encoding="utf-8")
    assert read_label_errors(errors) == {("images/Ann/1.jpg", "images/Ann/2.jpg")}
    genders = images / "genders.csv"
    genders.write_text("identity,gender,source\nAnn,f,list\n", encoding="utf-8")
    assert read_labels(genders, "gender") == {"Ann": "f"}
    with pytest.raises(TableUnusable, match="it cannot be read"):
        read_labels(images / "missing.csv", "gender")


def test_all_against_all_counts_every_two_pictures_once() -> None:
    random = np.random.default_rng(1)

    def template() -> Template:
        first, second = random.normal(scale=0.4, size=(2, 8)).astype(np.float32)
        return Template(first, second, 60.0)

    pictures = {f"images/{who}/{n}.jpg": template() for who in "abc" for n in (1, 2)}
    everybody = all_against_all(pictures, pictures)
    assert (everybody.mated.scores.size, everybody.nonmated.scores.size) == (3, 12)
    left_out = frozenset({("images/a/2.jpg", "images/a/1.jpg")})
    assert all_against_all(pictures, pictures, left_out).mated.scores.size == 2
    degraded = dict(pictures)
    both_ways = all_against_all(degraded, pictures)
    expected = score(pictures["images/a/1.jpg"], pictures["images/a/2.jpg"])
    assert both_ways.mated.scores[0] == pytest.approx(expected, abs=1e-5)  # as a visit scores these two
    assert (both_ways.mated.scores.size, both_ways.nonmated.scores.size) == (6, 24)
    of_two = between(both_ways.nonmated, both_ways.people, {"a": "f", "b": "f", "c": "m"}, "f")
    assert of_two.scores.size == 8


def test_the_cache_survives_and_forgets_what_changed(tmp_path: Path) -> None:
    file = tmp_path / "cache" / "templates.sqlite"
    first = TemplateCache(file)
    key = key_of(b"picture", "engine/1")
    assert first.get(key) is None
    first.put(key, np.arange(3, dtype=np.float32))
    first.close()
    second = TemplateCache(file)
    kept = second.get(key)
    assert kept is not None
    assert kept.tolist() == [0.0, 1.0, 2.0]
    assert second.get(key_of(b"picture", "engine/2")) is None
    second.close()
    file.write_bytes(b"not a cache" * 100)
    third = TemplateCache(file)
    assert third.get(key) is None
    third.close()
