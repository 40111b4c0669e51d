"""JSON merge patches (RFC 7396): the difference between two states, and its application."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def difference(before: Json, after: Json) -> Json:
    """Return the merge patch that turns `before` into `after`.

    Neither may hold None as a value: in a merge patch None means "remove".
    """
    patch: Json = {key: None for key in before if key not in after}
    for key, value in after.items():
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            inner = difference(old, value)
            if inner:
                patch[key] = inner
        elif key not in before or not _same(old, value):
            patch[key] = value
    return patch


def _same(old: Any, new: Any) -> bool:
    """Equal down to the type of each value: to Python 1, 1.0 and True are equal, in JSON not."""
    if type(old) is not type(new):
        return False
    if isinstance(old, dict):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return bool(old == new)


def apply(before: Json, patch: Json) -> Json:
    """Return `before` with the merge patch applied; neither argument is changed."""
    after = dict(before)
    for key, value in patch.items():
        if value is None:
            after.pop(key, None)
        elif isinstance(value, dict):
            old = after.get(key)
            after[key] = apply(old if isinstance(old, dict) else {}, value)
        else:
            after[key] = value
    return after
