"""What is told of an import: sums, and remarks on rows without anything a publisher typed."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from services.registry.domain import Json, Kind
from services.registry.tabular.remarks import told_field

MOST_IMPORTS = 20
MOST_REMARKS = 5_000
AT_ONCE = 500

Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
File = Annotated[str, Meta(pattern="^[A-Za-z0-9 ._-]{1,60}$")]


class FileSums(msgspec.Struct, forbid_unknown_fields=True):
    """What became of the rows of one file."""

    file: File
    rows: Count
    used: Count
    quarantined: Count
    unused: Count


class KindSums(msgspec.Struct, forbid_unknown_fields=True):
    """What became of the records of one kind."""

    listed: Count
    changed: Count
    same: Count
    refused: Count


class Remark(msgspec.Struct, forbid_unknown_fields=True):
    """A row or a field that was left out. `line` is 0 when there is none."""

    file: File
    line: Count
    field: Annotated[str, Meta(max_length=120)]
    rule: Annotated[str, Meta(max_length=300)]


Files = Annotated[list[FileSums], Meta(max_length=500)]
Kinds = dict[Kind, KindSums]
Remarks = Annotated[list[Remark], Meta(max_length=AT_ONCE)]
First = Annotated[int, Meta(ge=0, lt=MOST_REMARKS)]


def told(remark: Remark) -> Json:
    """Return a remark as it is kept: a field that may be a value is left out."""
    whole: Json = msgspec.to_builtins(remark)
    return {**whole, "field": told_field(remark.field)}
