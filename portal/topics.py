"""What guides are about, as the pages name it."""

from __future__ import annotations

from typing import Any

from portal.i18n import N_

#: Topics in the order of the page; a topic that is not here comes last under "More".
TOPICS: dict[str, str] = {
    "safety": N_("Being safe"),
    "immigration": N_("Visas and papers to stay"),
    "benefits": N_("Money and other help"),
    "housing": N_("A place to live"),
    "health": N_("Health"),
    "work": N_("Work"),
    "documents": N_("Papers and ID"),
    "children": N_("Young people and children"),
    "family": N_("Family"),
    "law": N_("Your rights and the law"),
    "police": N_("Police"),
    "privacy": N_("Privacy"),
    "language": N_("Language help"),
    "reporting": N_("Telling someone"),
    "training": N_("For people who help"),
}
#: Topics of what agencies read among themselves; on the public page they come under "More".
HELPERS_TOPICS: dict[str, str] = {
    "casework": N_("Case work"),
    "community": N_("In the community"),
    "money": N_("Money"),
    "state": N_("Programs of a state"),
}
MORE = N_("More")


def by_topic(found: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return (heading, guides) in the order of TOPICS, guides by title."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in found:
        topic = next((TOPICS[code] for code in one["topics"] if code in TOPICS), MORE)
        groups.setdefault(topic, []).append(one)
    order = [*TOPICS.values(), MORE]
    return [
        (heading, sorted(groups[heading], key=lambda one: str(one["title"])))
        for heading in order
        if heading in groups
    ]
