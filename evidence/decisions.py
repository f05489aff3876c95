"""What the decisions in an analysis document come to, by the rules of `store.standing`. Pure reading of JSON values."""

from collections.abc import Mapping, Sequence
from typing import Any

_CLOSING = {"confirmed", "benign"}

Decision = Mapping[str, Any]


def standing(decisions: Sequence[Decision]) -> list[Decision]:
    """Those that were not taken back, further readings included, oldest first."""
    undone = {decision["undoes"] for decision in decisions}
    return [one for one in decisions if one["outcome"] != "undone" and one["id"] not in undone]


def decisions_of(revision: Mapping[str, Any]) -> list[Decision]:
    """Every decision on a revision's item; none where it was never queued."""
    return list(revision["item"]["decisions"]) if revision["item"] else []


def followed(item: Mapping[str, Any]) -> Decision | None:
    """The newest decision that the item follows: neither taken back nor a further reading."""
    found = [one for one in standing(item["decisions"]) if one.get("purpose") in (None, "settling")]
    return found[-1] if found else None


def labels_of(revision: Mapping[str, Any], decision: Decision) -> tuple[str, ...]:
    """The labels that the reviewer ticked, else those that the verdict shown had flagged."""
    if decision["labels"] is not None:
        return tuple(decision["labels"])
    verdict = shown_verdict(revision, decision)
    return tuple(verdict["flagged"]) if verdict else ()


def shown_verdict(revision: Mapping[str, Any], decision: Decision) -> Mapping[str, Any] | None:
    """The verdict that a decision was made on."""
    return next((one for one in revision["verdicts"] if one["release"] == decision["release"]), None)


def differing(decisions: Sequence[Decision], own: Decision) -> list[str]:
    """Pseudonyms of those whose standing word on the same item is the other of the two closing ones."""
    words = standing(decisions)
    others = (one for one in words if {one["outcome"], own["outcome"]} == _CLOSING) if own in words else ()
    return sorted({one["reviewer"] for one in others} - {own["reviewer"]})
