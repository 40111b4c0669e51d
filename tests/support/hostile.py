"""What people and programs send that is no id and no code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shared.errors import Invalid

NO_ID: list[Any] = [
    *({"$gt": ""}, ["x"], 7, None, True, "", " ", "\x00", "a" * 50_000),
    *("Robert'); DROP TABLE", "../../etc/passwd", "<script>", "名前", "a\nb", "‮"),
]


def check_refused_by_field(
    call: Callable[..., Any], good: dict[str, Any], *, not_tried: frozenset[str] = frozenset()
) -> None:
    """Send each hostile value in each field, leave each out and add one: Invalid names it."""
    for field in sorted(good.keys() - not_tried):
        for hostile in NO_ID:
            with pytest.raises(Invalid) as refused:
                call(**(good | {field: hostile}))
            assert refused.value.field.split("[")[0] == field, (hostile, str(refused.value))
        with pytest.raises(Invalid) as refused:
            call(**{name: value for name, value in good.items() if name != field})
        assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        call(**good, extra="x")
    assert refused.value.field == "extra"
