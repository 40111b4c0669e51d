"""What is shown of releases: to the client and who leads all, to an agency its own. No I/O."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from services.referrals.stream import Stream

Json = dict[str, Any]


def releases_of(stream: Stream, recipient: str = "") -> Json:
    """Return the releases of a stream, or those to one agency; never where the envelope is."""
    view: Json = {}
    for id, one in stream.releases.items():
        if recipient in ("", one.recipient):
            view[id] = {**asdict(one), "shown": [asdict(showing) for showing in one.shown]}
            for hidden in ("claim", "carries"):
                view[id].pop(hidden)
    return view


def released_to(stream: Stream, agency: str) -> Json:
    """Return what is added to the view of an agency that some release is for."""
    found = releases_of(stream, agency)
    return {"releases": found} if found else {}
