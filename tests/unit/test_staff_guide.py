"""The printed pages for staff are those of the desk."""

from __future__ import annotations

import pytest

from tests.helpers.staff_guide import PAGES, page


@pytest.mark.parametrize("language", PAGES)
def test_the_printed_pages_are_the_help_at_the_desk(language: str) -> None:
    assert PAGES[language].read_text(encoding="utf-8") == page(language), "python -m tests.helpers.staff_guide"
