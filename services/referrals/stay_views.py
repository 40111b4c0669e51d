"""What people are told of a stay that ends on a day. No I/O."""

from __future__ import annotations

from typing import Any

from services.referrals.stream import Referral, Stream

Json = dict[str, Any]


def stay_told(stream: Stream, referral: Referral) -> Json:
    """Return the last day of a placement that goes on, and whether the next is asked for; {} when
    there is none."""
    stay = referral.stay if referral.agency else None
    if stay is None:
        return {}
    return {"stay_ends_on": stay.ends_on, "is_followed": stream.is_followed(stay)}
