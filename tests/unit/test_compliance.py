"""What the page of requirements says is what the tests check: each number once, with a test or a reason."""

from __future__ import annotations

import pytest

from tests.helpers.compliance import (
    DOCUMENT,
    NUMBERS,
    Marked,
    Requirement,
    document,
    marked,
    marks_in,
    requirements,
)


def test_every_requirement_is_there_once_and_in_order() -> None:
    assert [each.number for each in requirements()] == NUMBERS


def test_each_has_a_test_or_a_reason() -> None:
    checked = {mark.number for mark in marked()}
    assert [each.number for each in requirements() if each.number not in checked and not each.not_done] == []


def test_no_test_names_a_requirement_that_is_none() -> None:
    assert [mark for mark in marked() if mark.number not in NUMBERS] == []


def test_a_reason_is_a_sentence_of_its_own() -> None:
    reasons = [each.not_done for each in requirements() if each.not_done]
    assert all(len(reason.split()) >= 4 and "|" not in reason for reason in reasons)


def test_the_page_is_made_from_the_markers() -> None:
    written = DOCUMENT.read_text("utf-8")
    assert written == document(requirements(), marked()), "run python -m tests.helpers.compliance"


def test_a_marker_is_read_where_it_stands() -> None:
    source = 'import pytest\n@pytest.mark.requirement("R-01", "R-02")\n@pytest.mark.faces\ndef test_x() -> None: ...\n'
    assert list(marks_in(source, "t.py")) == [Marked("R-01", "t.py", "test_x"), Marked("R-02", "t.py", "test_x")]
    with pytest.raises(TypeError):
        list(marks_in(source.replace('"R-01"', "1"), "t.py"))


def test_the_page_counts_what_is_whole_in_part_and_not_done() -> None:
    of = [Requirement("R-01", "P1", "a", ""), Requirement("R-02", "P1", "b", "x"), Requirement("R-03", "P1", "c", "y")]
    page = document(of, [Marked("R-01", "t.py", "test_a"), Marked("R-02", "t.py", "test_b")])
    assert "1 with a test and no gap known to us, 1 with a test and a gap, 1 not done." in page
    assert "| R-02 P1 | b | [`test_b`](../t.py) | x |" in page
