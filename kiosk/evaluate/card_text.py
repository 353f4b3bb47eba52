"""The model card as a page people read: Markdown, made from the card and the manifest alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from kiosk.face.card import Card, Threshold
from kiosk.face.models import ModelEntry
from kiosk.face.thresholds import PortraitKind

KINDS = {
    PortraitKind.PICTURE: "picture, 40 px and more between the eyes",
    PortraitKind.REHEARSAL_CHIP: "rehearsal's chip portrait, 102 x 126 px, lossy WebP of at most 1,013 bytes",
    PortraitKind.CHIP: "chip portrait, 102 x 126 px in 1,024 bytes, decoded by a maker's library",
}
_HEADINGS = (
    "portrait",
    "threshold",
    "target",
    "non-mated",
    "FMR (upper limit)",
    "FMR, same label",
    "FMR, worst label",
    "mated",
    "FNMR (upper limit)",
)
_HEAD = """\
# Model card

Written by `kiosk evaluate --card`, shown by `kiosk model-card`. Where the engine's name, a model's hash or OpenCV's
version is not what stands here, nothing is compared.

**For:** one comparison of the person at the gate with the portrait of the document just presented, which that person
asked for. A match opens the gate; anything else leads to staff and is never a refusal.

**Not for:** finding or following anybody, lists of people, attributes of a person, doors without staff.
"""
_THRESHOLDS = """\
## Where match begins

A score is made of one live picture and one reference: of their similarity by the first comparator and, where that is
uncertain, of the second's as well; more means more alike, and it stays below 1. A threshold is the lowest hundredth at
which two people of the same label falsely match no more often than the target. Upper limits are 97.5 % by Clopper and
Pearson, with comparisons taken as independent, which many pictures of one person are not.
"""
_NOT_MEASURED = """\
Light, weather, cameras and people of a gate were not measured. Several frames and a second attempt come on top.
"""


def markdown(card: Card, manifest: Mapping[str, ModelEntry]) -> str:
    """The whole page."""
    parts = [
        _HEAD,
        f"Engine `{card.engine}`, OpenCV {card.opencv}.\n",
        "## Models\n",
        *(_model(manifest[name], digest) for name, digest in card.models.items()),
        _THRESHOLDS,
        _table(card),
        "## Data and limits\n",
        *_data(card),
        _NOT_MEASURED,
    ]
    return "\n".join(parts)


def short(rate: float) -> str:
    """0.000241 -> 2.41e-4."""
    digits, power = f"{rate:.2e}".split("e")
    return f"{digits.rstrip('0').rstrip('.')}e{int(power)}" if rate else "0"


def _model(entry: ModelEntry, digest: str) -> str:
    facts = (
        f"- **{entry.name}**: {entry.purpose}. Outputs: {', '.join(entry.outputs)}.",
        f"  From {entry.distribution} {entry.version}, `{entry.file}`,",
        f"  SHA-256 `{digest}`. Licence: {entry.licence}.",
        f"  Origin: {entry.origin}",
        f"  Training data: {entry.training_data}",
    )
    return "\n".join(facts) + "\n"


def _table(card: Card) -> str:
    rows = [_HEADINGS, ["---"] * len(_HEADINGS), *_rows(card)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(card: Card) -> Iterator[Iterable[str]]:
    for kind, words in KINDS.items():
        yield words, *threshold_cells(card.thresholds[kind])


def threshold_cells(threshold: Threshold) -> list[str]:
    """What a table says of one threshold, from its value on."""
    evidence = threshold.evidence
    return [
        f"{threshold.value:.2f}",
        short(threshold.target_fmr),
        f"{evidence.nonmated:,}",
        f"{short(evidence.fmr)} ({short(evidence.fmr_high)})",
        short(evidence.alike_fmr),
        short(evidence.worst_alike_fmr),
        f"{evidence.mated:,}",
        f"{evidence.fnmr:.2%} ({evidence.fnmr_high:.2%})",
    ]


def _data(card: Card) -> Iterator[str]:
    for kind, words in KINDS.items():
        evidence = card.thresholds[kind].evidence
        failures = f"Failures to acquire: {evidence.failures_to_acquire} of {evidence.pictures:,} pictures."
        yield f"- **{words}.** {evidence.data}. {failures}\n  {evidence.limits}\n"
