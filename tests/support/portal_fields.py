"""Every question the portal's forms ask, found where they are declared: there is no second list."""

from __future__ import annotations

import gc

from portal import routes
from portal.forms import Field
from portal.pages import help_questions, tip

#: What forms carry beside the questions.
HIDDEN = frozenset(
    ("ticket", "at", "go", "command", "command_id", "of", "into", "sure", "page", "step", "is_done")
)


def all_fields() -> list[Field]:
    """The fields of all forms: those declared in modules, and those made for a request."""
    assert routes.PAGES  # importing the table imports every page
    made = [field for step in help_questions.steps([], friend=True) for field in step.fields]
    made += tip.fields([])
    declared = [thing for thing in gc.get_objects() if isinstance(thing, Field)]
    return [*made, *declared]


def names() -> set[str]:
    """The names of everything a form of the portal may carry."""
    return {field.name for field in all_fields()} | HIDDEN


def written() -> set[str]:
    """The names of what people write in their own words."""
    return {field.name for field in all_fields() if field.kind in ("line", "text")}
