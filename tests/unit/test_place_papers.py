"""Each profile's papers: what part C of the requirements names is there, says what it has to, and says it in both
languages."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest

from kiosk.config.event import EventConfig
from kiosk.config.load import parse_event
from kiosk.config.notice import notice_hash
from kiosk.documents.figures import Figures
from kiosk.documents.filing import FORM
from kiosk.documents.paper import Facts, Heading, Lines, Paper, Table, Text
from kiosk.documents.place_papers import MAKERS, Known, files_for
from kiosk.documents.poster import Poster
from kiosk.documents.software import means_rows
from kiosk.domain import place_rules
from kiosk.domain.place_rules import PlaceProfile
from kiosk.text import Texts, languages
from tests.helpers.preconditions import whole_text
from tests.unit.test_assessment import assessed

FILING = [f"filing/{name}.pdf" for name in ("1-processor", "2-purpose-and-means", "3-stored-and-protected", "4-rules")]
EVERYWHERE = {"notice-zh.txt", "notice-en.txt", "poster-A4.pdf", "poster-A3.pdf", "assessment.pdf", "retention.pdf"}
PART_C = {
    PlaceProfile.GENERIC: EVERYWHERE,
    PlaceProfile.CN: EVERYWHERE | {"record.pdf", "protection-level-3.pdf", *FILING, "filing/5-assessment.pdf"},
    PlaceProfile.EU_STRICT: EVERYWHERE | {"record.pdf", "requests.pdf"},
}
"""Part C, column "Documents and signs" (and "Extra blocks" for the map), written out by hand."""


def event_of(*profiles: PlaceProfile) -> EventConfig:
    return parse_event(whole_text(), "x").model_copy(update={"profiles": profiles})


def known(event: EventConfig, language: str = "en", assessment: bool = True) -> Known:
    figures, counts = Figures(), {"tickets": 2000, "admitted": 1900}
    figures.choices.update({"face": 1500, "staff": 400})
    made = assessed(event) if assessment else None
    return Known(event, counts, figures, made, Texts(language), "made now", date(2026, 5, 2))


def words_of(paper: Paper) -> str:
    """Everything a paper says, one line each."""
    lines = [paper.title, paper.subtitle, paper.foot]
    for part in paper.parts:
        match part:
            case Heading() | Text():
                lines.append(part.words)
            case Facts():
                lines += [f"{label}: {words}" for label, words in part.rows]
            case Table():
                lines += [" | ".join(row) for row in (part.columns, *part.rows)]
            case Lines():
                lines += part.labels
    return "\n".join(lines)


def sheets(event: EventConfig, language: str = "en") -> dict[str, str]:
    found = {name: sheet for files in files_for(known(event, language)).values() for name, sheet in files.items()}
    return {name: words_of(sheet) for name, sheet in found.items() if isinstance(sheet, Paper)}


@pytest.mark.requirement("R-72")
@pytest.mark.parametrize("profile", PlaceProfile)
def test_each_profile_has_the_papers_part_c_names(profile: PlaceProfile) -> None:
    files = files_for(known(event_of(profile)))
    assert {name for each in files.values() for name in each} == PART_C[profile]


def test_profiles_together_have_the_papers_of_each() -> None:
    for some in (chosen for size in (2, 3) for chosen in combinations(PlaceProfile, size)):
        files = files_for(known(event_of(*some)))
        assert {name for each in files.values() for name in each} == set().union(*(PART_C[profile] for profile in some))


def test_every_paper_there_is_has_a_maker() -> None:
    assert set(MAKERS) == set(place_rules.Paper)


@pytest.mark.requirement("R-73", "R-76", "R-78", "R-79")
@pytest.mark.parametrize("language", languages())
def test_they_say_what_they_have_to_in_each_language(language: str) -> None:
    event, texts = event_of(PlaceProfile.CN, PlaceProfile.EU_STRICT), Texts(language)
    said = sheets(event, language)
    for name, words in said.items():
        assert "_" not in words.replace(event.id, ""), name
    for rows, name in (
        (means_rows(event, texts), "record.pdf"),
        (means_rows(event, texts), "filing/2-purpose-and-means.pdf"),
    ):
        assert all(f"{label}: {words}" in said[name] for label, words in rows)
    assert "1,900" in said["record.pdf"]
    assert "1,500" in said["record.pdf"]
    assert notice_hash(event) in said["record.pdf"]
    assert all(texts(f"filing.field.{field}") in said["filing/1-processor.pdf"] for field in FORM)
    assert "permit 7" in said["filing/2-purpose-and-means.pdf"]
    assert texts("requests.hours", hours="4") in said["requests.pdf"]
    assert texts("requests.days", days=30) in said["requests.pdf"]
    assert said["protection-level-3.pdf"].count("\n11. ") == 1


@pytest.mark.requirement("R-78")
def test_the_retention_page_says_the_settings_in_force() -> None:
    event = event_of(PlaceProfile.GENERIC)
    assert "at the latest 2 hours after" in sheets(event)["retention.pdf"]
    hold = event.hold.model_copy(update={"allowed": True, "max_h": 5.0})
    longer = event.retention.model_copy(update={"grace_h": 1.5})
    changed = sheets(event.model_copy(update={"hold": hold, "retention": longer}))["retention.pdf"]
    assert "at the latest 1.5 hours after" in changed
    assert "for at most 5 hours" in changed


def test_where_only_europe_counts_a_leak_is_reported_within_three_days() -> None:
    assert "Within 72 hours" in sheets(event_of(PlaceProfile.EU_STRICT))["requests.pdf"]


def test_the_posters_are_the_notice_and_an_assessment_nobody_wrote_is_missing() -> None:
    event = event_of(PlaceProfile.GENERIC)
    files = files_for(known(event, assessment=False))
    assert files[place_rules.Paper.ASSESSMENT] == {}
    posters = list(files[place_rules.Paper.SIGN].values())
    assert all(isinstance(poster, Poster) and poster.hash == notice_hash(event) for poster in posters)
