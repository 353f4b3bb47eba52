"""The impact assessment (R-70): what only people can say is asked, the rest is filled in from what the program does.

Four parts: whether purpose and means are lawful, legitimate and necessary; what they do to people's rights; what harm
leaks, tampering, loss and misuse could do; whether the measures are lawful, effective and in proportion. It is written
with the settings it is about (``settings``); with others it is void (``kiosk.closing.statements``).
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Any

from pydantic import AwareDatetime, StringConstraints, ValidationError, model_validator

from kiosk.closing.statements import About, settings_of
from kiosk.config.event import EventConfig
from kiosk.config.faults import ConfigFault, ConfigFaults, faults_of, raise_problems
from kiosk.config.notice import notice_hash
from kiosk.documents.common import event_facts
from kiosk.documents.paper import AnyPart, Facts, Heading, Lines, Paper, Part, Text
from kiosk.documents.software import means_rows, measure_rows, model_rows, purpose_rows
from kiosk.text import Texts

Person = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=100)]
Answer = Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=4000)]

FEWEST_LETTERS = 4
"""Different ones in an answer: fewer are no words."""

PARTS = {
    1: ("alternatives",),
    2: ("affected", "rights_reduced"),
    3: ("leak", "tampering", "loss", "misuse"),
    4: ("proportionate",),
}
"""Which questions belong to which part."""
QUESTIONS = tuple(question for questions in PARTS.values() for question in questions)
WHO = ("responsible", "position")


class Answers(Part):
    """What people say. ``responsible``: who answers for the assessment, by name; ``position``: as what."""

    responsible: Person
    position: Person
    alternatives: Answer
    affected: Answer
    rights_reduced: Answer
    leak: Answer
    tampering: Answer
    loss: Answer
    misuse: Answer
    proportionate: Answer

    @model_validator(mode="after")
    def _each_its_own(self) -> Answers:
        """An answer that was copied to other questions weighs nothing, and the paper would show it."""
        by_words: dict[str, list[str]] = {}
        for question in QUESTIONS:
            words = "".join(str(getattr(self, question)).casefold().split())
            by_words.setdefault(words, []).append(question)
        raise_problems(
            (again, f"has the same answer as {first}: answer each question by itself")
            for first, *others in by_words.values()
            for again in others
        )
        plain = [question for words, (question, *_) in by_words.items() if len(set(words)) < FEWEST_LETTERS]
        raise_problems((question, "says nothing: write a sentence or two") for question in plain)
        return self


class Assessment(Part):
    """``settings``: hash of everything it rests on; ``by``: the account that signed; ``notice``: SHA-256."""

    event: str
    settings: str
    notice: str
    made_at: AwareDatetime
    by: str
    answers: Answers


def draft(event: EventConfig, texts: Texts) -> str:
    """An empty set of answers as TOML, each question above its line, the facts to answer it with above that."""
    lines = [f"# {texts('assessment.title')}: {event.id}", f"# {texts('assessment.how')}", ""]
    lines += [line for name in WHO for line in (f"# {texts(f'assessment.ask.{name}')}", f'{name} = ""')]
    for number, questions in PARTS.items():
        lines += ["", f"# {texts(f'assessment.part.{number}')}"]
        lines += [f"#   {label}: {words}" for label, words in _facts(event, texts)[number]]
        for question in questions:
            lines += [f"# {texts(f'assessment.ask.{question}')}", f'{question} = ""']
    return "\n".join(line.replace("\r", " ") for line in lines) + "\n"


def answers_of(text: str, name: str) -> Answers:
    """From TOML; ``name`` stands for the file in faults. Raises ConfigFaults, which names each unanswered question."""
    try:
        return Answers.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigFaults([ConfigFault(name, "", f"is not valid TOML: {error}")]) from None
    except ValidationError as error:
        raise ConfigFaults(faults_of(name, error)) from None


def assessment_of(event: EventConfig, answers: Answers, by: str, made_at: AwareDatetime) -> Assessment:
    """Of the event's settings as they are now."""
    settings = settings_of(event, About.ASSESSMENT)
    return Assessment(
        event=event.id, settings=settings, notice=notice_hash(event), made_at=made_at, by=by, answers=answers
    )


def as_bytes(assessment: Assessment) -> bytes:
    """How it is kept; whoever stands for it stands for these bytes."""
    return assessment.model_dump_json(indent=2).encode("utf-8") + b"\n"


def is_void(assessment: Assessment, event: EventConfig) -> bool:
    """Whether something it rests on was changed since."""
    return assessment.settings != settings_of(event, About.ASSESSMENT)


def as_paper(assessment: Assessment, event: EventConfig, texts: Texts, digest: str) -> Paper:
    """``digest``: SHA-256 of the assessment as it is kept."""
    answers: dict[str, Any] = assessment.answers.model_dump()
    facts = _facts(event, texts)
    parts: list[AnyPart] = []
    if is_void(assessment, event):
        parts += [Heading(words=texts("assessment.void")), Text(words=texts("assessment.void_words"))]
    parts.append(Facts(rows=event_facts(event, texts)))
    for number, questions in PARTS.items():
        parts += [Heading(words=texts(f"assessment.part.{number}")), Facts(rows=facts[number])]
        asked = [(texts(f"assessment.ask.{question}"), str(answers[question])) for question in questions]
        parts.append(Facts(rows=tuple(asked)))
    signed = (
        (texts("assessment.ask.responsible"), assessment.answers.responsible),
        (texts("assessment.ask.position"), assessment.answers.position),
        (texts("assessment.signed_by"), assessment.by),
        (texts("assessment.signed_at"), f"{assessment.made_at:%Y-%m-%d %H:%M %Z}"),
        (texts("papers.settings_hash"), assessment.settings),
    )
    parts += [Heading(words=texts("assessment.signed")), Facts(rows=signed)]
    parts.append(Lines(labels=(texts("assessment.by_hand"),)))
    return Paper(
        language="zh" if texts.language == "zh" else "en",
        title=texts("assessment.title"),
        subtitle=texts("assessment.subtitle"),
        foot=f"{assessment.event}   SHA-256 {digest}",
        parts=tuple(parts),
    )


def _facts(event: EventConfig, texts: Texts) -> dict[int, tuple[tuple[str, str], ...]]:
    """What the program does, by the part of the assessment it belongs to."""
    means, measures = means_rows(event, texts), measure_rows(texts)
    return {1: purpose_rows(event, texts) + means, 2: model_rows(event, texts), 3: measures[:5], 4: measures[5:]}
