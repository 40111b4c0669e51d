"""What people are shown of a stream's pathway. No I/O."""

from __future__ import annotations

from services.referrals.stream import Json, Stream


def planned(stream: Stream) -> list[Json]:
    """Return the steps a client may still expect, each with those it waits for and were not left
    out: [{need_type, after}]."""
    path = stream.path if stream.is_open else None
    if path is None:
        return []
    left_out = {one.type for one in path.steps if one.is_left_out}
    return [
        {"need_type": step.type, "after": [one for one in step.after if one not in left_out]}
        for step in path.waiting
    ]


def gone_by(stream: Stream) -> Json:
    """Return the pathway for who leads the stream: {pathway, steps: [{need_type, after, stands,
    is_stuck}], is_on_path}; {} when there is none."""
    path = stream.path
    if path is None:
        return {}
    stuck = path.stuck(stream.needs)
    steps = [
        {
            "need_type": one.type,
            "after": one.after,
            "stands": one.stands(stream.needs),
            "is_stuck": one in stuck,
        }
        for one in path.steps
    ]
    return {"pathway": path.pathway, "steps": steps, "is_on_path": stream.is_on_path}
