"""Whether a service answers a query, and how well a list of services does. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import yaml

from infra.relevance.directories import Directory
from portal.distances import MILE_M, middle, nearest_m, point_of
from shared.directory import Place, ServiceCard

FILE = Path(__file__).parent / "queries.yaml"
#: The first page of results on a phone.
FIRST = 10


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A judged query; the rules are told at the top of queries.yaml."""

    lang: str
    q: str
    needs: list[str]
    also: list[str] = []
    genders: list[str] = []
    people: list[str] = []
    can_come: list[str] = []
    languages: list[str] = []
    place: str = ""
    far: int = 0

    def text(self, directory: Directory) -> str:
        """Return what is typed, with a place of the directory."""
        return self.q.format(**directory.places)


def queries() -> list[Query]:
    """Return the frozen set."""
    told = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return msgspec.convert(told["queries"], list[Query])


def relevant(query: Query, directory: Directory) -> set[str]:
    """Return the ids of the services of a directory that answer a query."""
    areas = _areas(directory, query.place)
    fit = [card for card in directory.cards if answers(query, card, areas)]
    return {card.id for card in fit if not query.far or _is_near(query, card, directory)}


def answers(query: Query, card: ServiceCard, areas: frozenset[str] = frozenset()) -> bool:
    """Say whether a service offers what was asked to the person it was asked for.

    `areas` are those of the place that was named; empty for none.
    """
    codes = {code for pair in card.populations for code in pair.split("/")}
    everywhere = card.remote and not card.areas and not any(one.area for one in card.places)
    here = {*card.areas, *(one.area for one in card.places if not card.areas)}
    return (
        card.status == "active"
        and bool({*query.needs, *query.also} & set(card.needs))
        and (not card.genders or set(query.genders) <= set(card.genders))
        and (not card.populations or set(query.people) <= codes)
        and set(query.can_come) <= set(card.can_come)
        and (not query.languages or bool(set(query.languages) & set(card.languages)))
        and (not areas or everywhere or bool(areas & here))
    )


def precision(found: Sequence[str], right: set[str]) -> float:
    """Return which part of the first ten is right; of the first n where only n are right at all.

    A list that is too short counts as wrong where it ends.
    """
    first = min(FIRST, len(right))
    return sum(one in right for one in found[:first]) / first


def is_one_sided(query: Query, found: Iterable[str], directory: Directory) -> bool:
    """Say whether somebody asked for two things and the first ten hold only one of them."""
    by_id = {card.id: set(card.needs) for card in directory.cards}
    shown = [by_id[id] for id in list(found)[:FIRST]]
    return bool(query.also) and not all(
        any(set(codes) & needs for needs in shown) for codes in (query.needs, query.also)
    )


def _areas(directory: Directory, place: str) -> frozenset[str]:
    if not place:
        return frozenset()
    if place == "county":
        return frozenset((directory.area,))
    return frozenset(at.area for at in _named(directory, place))


def _is_near(query: Query, card: ServiceCard, directory: Directory) -> bool:
    """Say whether a service is as near as was asked; one without a public address always is."""
    points = [point_of(at) for at in _named(directory, query.place)]
    center = middle([at for at in points if at is not None])
    metres = None if center is None else nearest_m(card.places, center)
    return metres is None or metres <= query.far * MILE_M


def _named(directory: Directory, place: str) -> list[Place]:
    """The addresses in a town or postal code: it lies where they do, whomever they serve."""
    name = directory.places[place]
    every = (at for card in directory.cards for at in card.places)
    return [at for at in every if name in (at.city, at.postal_code)]
