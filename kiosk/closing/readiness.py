"""What is still missing before an event may be armed and opened. Pure: facts in, a list out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.closing.place_checks import broken_rules
from kiosk.closing.planning import plan_of
from kiosk.closing.statements import About
from kiosk.config.event import AttackSignals, EventConfig, Mode
from kiosk.config.placeholders import placeholders
from kiosk.domain.place_rules import rules_of


@dataclass(frozen=True)
class Facts:
    """What was found on the machine. ``key_fault``: code of a key that cannot be used, "" when it can.

    ``tickets``: per session id and gate group id, how many; None when the store cannot be read. ``changed``: codes of
    what the event's file says otherwise than what was bound. ``loosened``: settings looser than what was published, and
    why. ``stated``: what somebody stands for with these settings. ``separated``: whether the machine's accounts keep
    its administrators apart. ``challenge_fault``: why no challenge can be asked for, "" when it can.
    ``served``: the gate groups whose tickets this machine was given; none: all of them.
    """

    key_fault: str
    tickets: dict[tuple[str, str], int] | None = field(default_factory=dict)
    changed: tuple[str, ...] = ()
    challenge_fault: str = ""
    loosened: tuple[tuple[str, str], ...] = ()
    stated: frozenset[About] = frozenset()
    separated: bool = False
    served: tuple[str, ...] = ()


@dataclass(frozen=True)
class Missing:
    """One thing to be done first. ``code`` is stable; ``what``: of which gate group, session or setting."""

    code: str
    sentence: str
    what: str = ""


_KEY_SENTENCES = {
    "absent": "the event's key is not in the key folder: name the folder that was named when the event was created.",
    "damaged": "the event's key is damaged: create the event anew, under another id.",
    "io": "the event's key cannot be read: run this as the service user.",
    "linked": "the event's key has a second name, which is a second copy: remove that.",
    "not_a_file": "the event's key is not a plain file.",
    "other_event": "the key with this event's name belongs to another event.",
    "loose_permissions": "others may read the event's key: run chmod 600 on its file.",
    "not_ours": "the event's key belongs to another user: run this as the service user.",
}

_CHALLENGE_SENTENCES = {
    "landmarks_missing": 'face.attack_signals is "challenge", and the model that needs is not installed: install it '
    '(docs/installation.md), or write "signals".',
    "models_changed": "the model for the challenge is not the one this version was made for: install it again.",
    "models_missing": "the list of models cannot be read: install the kiosk again.",
}


_STATEMENT_SENTENCES = {
    About.ASSESSMENT: "nobody stands for an assessment of these settings: run kiosk event assessment {event} PAPER.",
    About.SIGNS: "nobody stands for the signs at cameras and entrances: run kiosk event signs {event}.",
}


def missing(event: EventConfig, facts: Facts) -> list[Missing]:
    """Everything that keeps the event from being armed; empty when nothing does."""
    of_the_place = [Missing(code, sentence) for code, sentence in broken_rules(event)]
    of_the_file = (*_reasons(event), *of_the_place, *_manual_lanes(event), *_texts(event))
    loosened = [Missing("loosened", f"{key} {sentence}.", key) for key, sentence in facts.loosened]
    return [
        *of_the_file,
        *loosened,
        *_stated(event, facts),
        *_challenge(event, facts),
        *_bound(event, facts),
        *_stores(event, facts),
    ]


def _reasons(event: EventConfig) -> Iterator[Missing]:
    if not event.reason.necessity:
        yield Missing("necessity", "reason.necessity is empty: write why this event has to check identities.")
    if event.mode is Mode.LIVE and not event.reason.rule:
        yield Missing("rule", "reason.rule is empty: name the rule that asks for the identity check.")


def _manual_lanes(event: EventConfig) -> Iterator[Missing]:
    """Below plan only the written reason counts (R-12). A rehearsal may leave the plan out."""
    for group in event.gate_groups:
        if not group.manual.officers:
            yield Missing("manual_lane", f"gate group {group.id} has no officer of a manual lane.", group.id)
        elif not group.manual.arrivals_per_min and event.mode is Mode.LIVE:
            yield Missing("plan", f"gate group {group.id} has no arrivals_per_min: how many people come?", group.id)
    plan = plan_of(event)
    for short in () if plan.reason else plan.below:
        if short.planned:
            sentence = (
                f"gate group {short.group} has {short.planned} officers of a manual lane and needs {short.needed}: add "
                "some, or write planning.below_plan_reason."
            )
            yield Missing("below_plan", sentence, short.group)


def _texts(event: EventConfig) -> Iterator[Missing]:
    for path in placeholders(event):
        yield Missing("placeholder", f"{path} still holds the template's words: write this event's own.", path)


def _stated(event: EventConfig, facts: Facts) -> Iterator[Missing]:
    """Of a live event alone: a rehearsal's people are invented."""
    if event.mode is Mode.REHEARSAL:
        return
    for about in About:
        if about not in facts.stated:
            yield Missing(about.value, _STATEMENT_SENTENCES[about].format(event=event.id))
    if rules_of(event.profiles).separated_admins and not facts.separated:
        yield Missing("admins", "the event's profiles keep administrators apart, and this machine's accounts do not.")


def _challenge(event: EventConfig, facts: Facts) -> Iterator[Missing]:
    if event.face.enabled and event.face.attack_signals is AttackSignals.CHALLENGE and facts.challenge_fault:
        yield Missing("challenge", _CHALLENGE_SENTENCES[facts.challenge_fault])


def _bound(event: EventConfig, facts: Facts) -> Iterator[Missing]:
    if facts.changed:
        yield Missing(
            "changed",
            f"the event's file was changed since its end was bound ({', '.join(facts.changed)}): if it is right, "
            f"run kiosk event change {event.id} --reason WHY.",
        )


def _stores(event: EventConfig, facts: Facts) -> Iterator[Missing]:
    if facts.key_fault:
        yield Missing(
            "key", _KEY_SENTENCES.get(facts.key_fault, f"the event's key cannot be used ({facts.key_fault}).")
        )
        return  # without it the store cannot be looked into either
    if facts.tickets is None:
        yield Missing("store", "the ticket store cannot be read.")
        return
    for session in event.sessions:
        if not any(count for (of_session, _), count in facts.tickets.items() if of_session == session.id):
            yield Missing("tickets", f"session {session.id} has no tickets: import its roster.")
    for group in (each for each in event.gate_groups if not facts.served or each.id in facts.served):
        if not any(count for (_, of_group), count in facts.tickets.items() if of_group == group.id):
            yield Missing("gate_group", f"gate group {group.id} has no tickets: import its roster or remove it.")
