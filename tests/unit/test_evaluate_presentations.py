"""The CSV file of presentations: every fault is named with its line, all at once, and no row is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.evaluate.presentations import folder_of, read_presentations
from kiosk.evaluate.unusable import TableUnusable

HEADING = "file,label,source,subject"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    for number in range(30):
        (tmp_path / f"{number}.jpg").write_bytes(b"")
    return tmp_path


def written(images: Path, *lines: str, heading: str = HEADING) -> Path:
    path = images / "pad.csv"
    path.write_text("\n".join((heading, *lines)) + "\n", encoding="utf-8")
    return path


def faults(path: Path, images: Path) -> tuple[str, ...]:
    with pytest.raises(TableUnusable) as refused:
        read_presentations(path, images)
    return refused.value.faults


def test_rows_come_as_they_stand(images: Path) -> None:
    path = written(images, "0.jpg,real,lab,s1", "", "1.jpg, print ,lab,s1", "2.jpg,silicone mask,lab,s2")
    presentations = read_presentations(path, images)
    assert [(each.file, each.kind, each.line) for each in presentations] == [
        ("0.jpg", "real", 2),
        ("1.jpg", "print", 4),
        ("2.jpg", "silicone mask", 5),
    ]
    assert [each.is_attack for each in presentations] == [False, True, True]


def test_columns_may_stand_in_any_order_and_more_may_follow(images: Path) -> None:
    path = written(images, "s1,x,lab,0.jpg,real", heading="subject,note,source,file,label")
    (only,) = read_presentations(path, images)
    assert (only.file, only.kind, only.source, only.subject) == ("0.jpg", "real", "lab", "s1")


def test_every_bad_row_is_named_with_its_line_however_many(images: Path) -> None:
    bad = [
        ("../0.jpg,real,lab,s1", "file is no path below the pictures' folder"),
        ("/etc/passwd,real,lab,s1", "file is no path below the pictures' folder"),
        (",real,lab,s1", "file is no path below the pictures' folder"),
        ("none.jpg,real,lab,s1", "none.jpg is not there"),
        ("1.jpg,,lab,s1", "label is empty or no plain word"),
        ("1.jpg,<b>,lab,s1", "label is empty or no plain word"),
        ("1.jpg,real,lab,", "subject is empty or no plain word"),
        ("1.jpg,real,lab", "it has more or fewer fields than the heading"),
        ("1.jpg,real,lab,s1,more", "it has more or fewer fields than the heading"),
        ("0.jpg,print,lab,s1", "0.jpg stands in line 2 already"),
        *((f"{number}x.jpg,real,lab,s1", f"{number}x.jpg is not there") for number in range(20)),
    ]
    path = written(images, "0.jpg,real,lab,s1", *(line for line, _ in bad))
    assert faults(path, images) == tuple(f"line {line}: {fault}" for line, (_, fault) in enumerate(bad, start=3))


def test_a_row_over_several_lines_is_named_by_its_last(images: Path) -> None:
    path = written(images, '0.jpg,real,"two\nlines",s1', "none.jpg,real,lab,s1")
    assert faults(path, images) == ("line 3: source is empty or no plain word", "line 4: none.jpg is not there")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "column file is missing"),
        (b"file,label,subject\n", "column source is missing"),
        (HEADING.encode() + b"\n", "there is no picture in it"),
        (HEADING.encode() + b'\n0.jpg,real,lab,s1\n1.jpg,"re"al,lab,s1\n', "after line 2 it is no CSV file"),
        (b"\xff\xfe\x00", "after line 0 it is no CSV file in UTF-8"),
    ],
)
def test_what_is_no_such_file_is_told(images: Path, content: bytes, fault: str) -> None:
    path = images / "pad.csv"
    path.write_bytes(content)
    assert fault in faults(path, images)[0]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert faults(tmp_path / "none.csv", tmp_path) == ("it cannot be read: No such file or directory",)


def test_pictures_are_looked_for_beside_the_file_and_above_it(images: Path) -> None:
    below = images / "pad"
    below.mkdir()
    (below / "own.jpg").write_bytes(b"")
    (below / "pad.csv").write_text(f"{HEADING}\n0.jpg,real,lab,s1\n", encoding="utf-8")
    assert folder_of(below / "pad.csv") == images
    (below / "pad.csv").write_text(f"{HEADING}\nown.jpg,real,lab,s1\n", encoding="utf-8")
    assert folder_of(below / "pad.csv") == below
    (below / "pad.csv").write_text(f"{HEADING}\nnowhere.jpg,real,lab,s1\n", encoding="utf-8")
    assert folder_of(below / "pad.csv") == below
