"""The impact assessment: guided, filled in with what the program does, signed by name, void after a change."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.closing.bound import read_bound
from kiosk.closing.state import EventState, read_state
from kiosk.closing.statements import About, stated, statements_in
from kiosk.config.event import EventConfig
from kiosk.config.faults import ConfigFaults
from kiosk.config.load import load_event, parse_event
from kiosk.documents.assessment import (
    QUESTIONS,
    WHO,
    Answers,
    Assessment,
    answers_of,
    as_bytes,
    as_paper,
    assessment_of,
    draft,
    is_void,
)
from kiosk.documents.paper import Facts, Heading
from kiosk.face.card import shipped_card
from kiosk.text import Texts, languages
from tests.helpers.preconditions import whole_text
from tests.unit.test_event_cli import Shell

WHEN = datetime(2026, 4, 20, 9, 30, tzinfo=UTC)
SAID = {question: f"What people say of {question.replace('_', ' ')}." for question in QUESTIONS}
ANSWERS = Answers(responsible="Lin Wei", position="Data protection", **SAID)
EVENT = parse_event(whole_text(), "x")


def assessed(event: EventConfig) -> bytes:
    return as_bytes(assessment_of(event, ANSWERS, "org-wu", WHEN))


def answered(text: str) -> str:
    for name in (*WHO, *QUESTIONS):
        text = text.replace(f'\n{name} = ""', f'\n{name} = "{SAID.get(name, "Lin Wei")}"')
    return text


@pytest.mark.requirement("R-70")
@pytest.mark.parametrize("language", languages())
def test_the_questions_stand_beside_what_the_program_does(language: str) -> None:
    text, texts = draft(EVENT, Texts(language)), Texts(language)
    assert [text.count(texts(f"assessment.part.{number}")) for number in (1, 2, 3, 4)] == [1] * 4
    assert "permit 7, condition 3" in text
    evidence = shipped_card().thresholds["chip-portrait"].evidence
    assert f"{evidence.fnmr_high:.2%}" in text
    answers = answers_of(answered(text), "answers.toml")
    assert answers.model_dump()["misuse"] == SAID["misuse"]


def test_each_question_left_open_is_named() -> None:
    with pytest.raises(ConfigFaults) as refused:
        answers_of(draft(EVENT, Texts("en")), "answers.toml")
    assert {fault.key for fault in refused.value.faults} == {*WHO, *QUESTIONS}
    with pytest.raises(ConfigFaults):
        answers_of("no toml", "answers.toml")


@pytest.mark.requirement("R-70")
def test_one_answer_copied_to_every_question_is_refused_by_question() -> None:
    same = answered(draft(EVENT, Texts("en")))
    for words in SAID.values():
        same = same.replace(words, "There is  NO risk here." if words == SAID["leak"] else "There is no risk here.")
    with pytest.raises(ConfigFaults) as refused:
        answers_of(same, "answers.toml")
    assert {fault.key for fault in refused.value.faults} == set(QUESTIONS[1:])
    assert "same answer as alternatives" in str(refused.value)
    for nothing in ("..........", "aaaaaaaaaaaa", "n/a n/a n/a n/a"):
        with pytest.raises(ConfigFaults, match="misuse: says nothing"):
            answers_of(answered(draft(EVENT, Texts("en"))).replace(SAID["misuse"], nothing), "answers.toml")


@pytest.mark.requirement("R-70")
@pytest.mark.parametrize("language", languages())
def test_without_a_face_lane_no_figure_of_one_is_on_the_papers(language: str) -> None:
    texts = Texts(language)
    plain = EVENT.model_copy(update={"face": EVENT.face.model_copy(update={"enabled": False})})
    made = Assessment.model_validate_json(assessed(plain))
    for sheet in (as_paper(made, plain, texts, "ab" * 32), as_paper(made, EVENT, texts, "ab" * 32)):
        rows = [words for part in sheet.parts if isinstance(part, Facts) for _, words in part.rows]
        words = "\n".join(rows)
        said = [shipped_card().engine in words, texts("software.kept_faces_words") in words, "%" in words]
        assert said == [sheet.parts != as_paper(made, plain, texts, "ab" * 32).parts] * 3
    assert texts("software.engine_off") in draft(plain, texts)
    assert shipped_card().engine not in draft(plain, texts)


@pytest.mark.requirement("R-70")
@pytest.mark.parametrize("language", languages())
def test_on_paper_are_the_four_parts_the_answers_and_who_signed(language: str) -> None:
    texts, made = Texts(language), Assessment.model_validate_json(assessed(EVENT))
    paper = as_paper(made, EVENT, texts, "ab" * 32)
    headings = [part.words for part in paper.parts if isinstance(part, Heading)]
    assert headings[:4] == [texts(f"assessment.part.{number}") for number in (1, 2, 3, 4)]
    rows = {words for part in paper.parts if isinstance(part, Facts) for _, words in part.rows}
    assert {*SAID.values(), "Lin Wei", "org-wu", made.settings} <= rows


@pytest.mark.requirement("R-70")
@pytest.mark.parametrize("what", ["face", "retention", "reason", "notice", "allowed"])
def test_after_a_relevant_change_it_says_that_it_is_void(what: str) -> None:
    made = Assessment.model_validate_json(assessed(EVENT))
    section = {
        "face": EVENT.face.model_copy(update={"attempts": 1}),
        "retention": EVENT.retention.model_copy(update={"grace_h": 1.0}),
        "reason": EVENT.reason.model_copy(update={"necessity": "another"}),
        "notice": EVENT.notice.model_copy(update={"address": "https://example.org/n"}),
        "allowed": EVENT.allowed.model_copy(update={"readers": ("sdt", "emrtd")}),
    }[what]
    changed = EVENT.model_copy(update={what: section})
    assert (is_void(made, EVENT), is_void(made, changed)) == (False, True)
    void = as_paper(made, changed, Texts("en"), "ab" * 32)
    assert isinstance(void.parts[0], Heading)
    assert void.parts[0].words == "VOID"


@pytest.mark.requirement("R-70")
def test_by_commands_from_questions_to_a_statement_whose_hash_is_the_papers(tmp_path: Path) -> None:
    shell, answers = Shell(tmp_path), tmp_path / "answers.toml"
    shell.until_open()
    place = shell.place
    asked = shell("event", "questions", "rehearsal", "--to", answers, "--language", "en")
    assert asked.exit_code == 0, asked.output
    left_open = shell("event", "assessment", "rehearsal", answers)
    assert left_open.exit_code == 2
    assert len(left_open.stderr.splitlines()) == len(QUESTIONS) + len(WHO)
    answers.write_text(answered(answers.read_text("utf-8")), "utf-8")
    signed = shell("event", "assessment", "rehearsal", answers)
    assert signed.exit_code == 0, signed.output
    statement = statements_in(read_bound(place))[About.ASSESSMENT]
    assert statement.paper in signed.stdout
    kept = Assessment.model_validate_json(place.assessment_file.read_bytes())
    assert kept.settings == statement.settings
    assert About.ASSESSMENT in stated(place, load_event(place.event_file))
    records = [json.loads(line) for line in (place.data_dir / "device" / "audit.log").read_text().splitlines()]
    (made,) = [record for record in records if record["kind"] == "event.stated"]
    assert made["fields"] == {"code": "assessment", "sha256": statement.paper}
    (tmp_path / "roster.csv").unlink()
    assert shell("event", "close", "rehearsal", "--yes").exit_code == 0
    assert read_state(place.state_file) is EventState.WIPED
    assert place.assessment_file.is_file(), "papers outlive the event"


def test_asked_at_the_terminal_question_by_question(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.until_open()
    typed = "".join(f"{SAID.get(name, 'Lin Wei')}\n" for name in (*WHO, *QUESTIONS))
    assert shell("event", "assessment", "rehearsal", answer=typed).exit_code == 0
    assert Assessment.model_validate_json(shell.place.assessment_file.read_bytes()).answers.responsible == "Lin Wei"


def test_the_papers_of_the_place_are_listed(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.until_open()
    listed = shell("event", "papers", "rehearsal")
    assert listed.exit_code == 0, listed.output
    assert listed.stdout.splitlines()[2] == "assessment: not written yet: kiosk event questions rehearsal"
