"""The life of a resource: draft, review by a second person, published, changed, withdrawn. No I/O.

The state of a stream holds what is published (`guide`, `is_published`) and, beside it, the draft
that somebody works on. `revision` counts the writings of drafts, so that of two editors who
began from the same words the second is told.
"""

from __future__ import annotations

from typing import Any

import msgspec

from services.library import domain
from services.library.domain import SEED, WORDS, Guide, Move
from shared.errors import Conflict, IllegalMove, Invalid, NotAllowed
from shared.events import Event
from shared.events.library import (
    GuideChanged,
    GuideDrafted,
    GuidePublished,
    GuideSentBack,
    GuideSentForReview,
    GuideWithdrawn,
)
from shared.fields import check_code
from shared.vocabulary.library import SEND_BACK_REASONS

Json = dict[str, Any]

#: Every legal move: from where, and where it leads. There is no other list of them.
#: "changing" and "change_in_review" are a draft beside a published version.
MOVES: dict[str, dict[str, str]] = {
    "new": {"write": "draft"},
    "draft": {"write": "draft", "send": "in_review"},
    "in_review": {"approve": "published", "send_back": "draft"},
    "published": {"write": "changing", "withdraw": "withdrawn"},
    "changing": {"write": "changing", "send": "change_in_review", "withdraw": "draft"},
    "change_in_review": {
        "approve": "published",
        "send_back": "changing",
        "withdraw": "in_review",
    },
    "withdrawn": {"write": "draft"},
}


#: What belongs to one version and ends with it.
NOT_KEPT = frozenset({"draft", "told_due", "told_broken"})


def phase(state: Json | None) -> str:
    """Return where a resource stands: a key of MOVES."""
    if state is None:
        return "new"
    draft = state.get("draft")
    if draft is None:
        return "published" if state["is_published"] else "withdrawn"
    if state["is_published"]:
        return "change_in_review" if draft["is_sent"] else "changing"
    return "in_review" if draft["is_sent"] else "draft"


def check_move(state: Json | None, move: str) -> None:
    """Raise IllegalMove, with the moves that are legal now, when this one is not."""
    now = phase(state)
    if move not in MOVES[now]:
        legal = ", ".join(sorted(MOVES[now]))
        raise IllegalMove("guide", f"is {now}: {move} is not possible", f"legal now: {legal}")


def write(state: Json | None, guide: Guide, revision: int, actor: str, english: int = 0) -> Move:
    """Return the state with this text as its draft.

    `revision` is the one the writer began from, 0 for a new resource; `english` is how many
    versions of the English text were published. Raises Conflict when somebody else wrote since,
    IllegalMove while a draft is in review, Invalid by field.
    """
    domain.check(guide)
    check_move(state, "write")
    before = state or {"is_published": False}
    if revision != before.get("revision", 0):
        raise Conflict("revision", "is not the last one", "read what is new, then save yours again")
    hands = before.get("draft", {}).get("hands", [])
    draft = {
        "guide": _made_from(before, guide, english),
        "hands": sorted({*hands, actor}),
        "is_sent": False,
    }
    after = {**before, "draft": draft, "revision": revision + 1, "is_of_people": True}
    return after, [GuideDrafted(guide=guide.slug, lang=guide.lang)]


def _made_from(before: Json, guide: Guide, english: int) -> Json:
    """The guide with the English version it was made from, when it is a translation.

    What its writer says counts. Else words that stayed the same are from the same version as
    before, and other words are taken as made from the newest.
    """
    told: Json = msgspec.to_builtins(guide)
    if guide.translated_from is not msgspec.UNSET:
        if guide.translated_from > english:
            rule = "is not a published version of the English text"
            raise Invalid("guide.translated_from", rule, "use the number of one, from 1")
        return told
    was = before.get("draft", before).get("guide", {})
    is_same = all(was.get(name) == told[name] for name in WORDS)
    made_from = was.get("translated_from", 0) if is_same else english
    if not domain.is_translation(guide) or not made_from:
        return told
    return {**told, "translated_from": made_from}


def send(state: Json | None, slug: str, lang: str, revision: int, actor: str) -> Move:
    """Return the state with its draft in review; Conflict when it is not the draft that was read.

    Who sends it counts as one of its writers from now on.
    """
    check_move(state, "send")
    draft = _draft(state, revision)
    sent = {key: value for key, value in draft.items() if key != "reason"}
    hands = sorted({*draft["hands"], actor})
    after = {**(state or {}), "draft": {**sent, "is_sent": True, "hands": hands}}
    return after, [GuideSentForReview(guide=slug, lang=lang)]


def send_back(state: Json | None, slug: str, lang: str, revision: int, reason: str) -> Move:
    """Return the state with its draft back at its writers, with a code of SEND_BACK_REASONS.

    There is no note: what people type to each other does not travel through the broker.
    """
    check_code("reason", reason, SEND_BACK_REASONS)
    check_move(state, "send_back")
    draft = {**_draft(state, revision), "is_sent": False, "reason": reason}
    return {**(state or {}), "draft": draft}, [GuideSentBack(guide=slug, lang=lang, reason=reason)]


def approve(state: Json | None, slug: str, lang: str, revision: int, actor: str) -> Move:
    """Return the state with its draft published.

    Raises NotAllowed for whoever wrote or sent it, IllegalMove when nothing is in review, and
    Conflict when what is in review is not what was read.
    """
    check_move(state, "approve")
    draft = _draft(state, revision)
    if actor in draft["hands"]:
        raise NotAllowed("actor", "wrote or sent this text", "ask a second person to approve it")
    before = state or {}
    event = GuideChanged if before["is_published"] else GuidePublished
    after = {key: value for key, value in before.items() if key not in NOT_KEPT}
    happened: list[Event] = [event(guide=slug, lang=lang)]
    return {**after, "guide": draft["guide"], "is_published": True}, happened


def withdraw(state: Json | None, slug: str, lang: str, actor: str) -> Move:
    """Return the state with nothing published; the text and a draft beside it stay.

    What a person withdrew, the seed does not bring back. Raises IllegalMove when it is not
    published.
    """
    check_move(state, "withdraw")
    before = state or {}
    kept = before.get("is_of_people", False) or actor != SEED
    after = {**before, "is_published": False, "is_of_people": kept}
    return after, [GuideWithdrawn(guide=slug, lang=lang)]


def _draft(state: Json | None, revision: int) -> Json:
    now = state or {}
    if revision != now.get("revision", 0):
        raise Conflict("revision", "is not the last one", "read the newest draft first")
    draft: Json = now["draft"]
    return draft
