"""Where the published schemas and the conformance profile are, for tests that need them."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.conformance.schemas import Schemas

DATA = Path(__file__).parents[2].parent / "shared" / "data"
PROFILE = DATA / "hsds-conformance"
SCHEMAS = DATA / "hsds-3.1" / "schema"

needs_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="shared/data/hsds-3.1 is not beside this repository"
)
needs_profile = pytest.mark.skipif(
    not (PROFILE.is_dir() and SCHEMAS.is_dir()),
    reason="shared/data/hsds-conformance is not beside this repository",
)


def schemas() -> Schemas:
    """Return the HSDS 3.1 schemas."""
    return Schemas(SCHEMAS)
