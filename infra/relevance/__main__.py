"""`make relevance`: precision@10 of the frozen set, by directory, by language, engine and copy."""

from __future__ import annotations

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from infra.bench.search_page import fill
from infra.local.components import Meilisearch
from infra.relevance.directories import Directory, generated, sample
from infra.relevance.judging import Query, is_one_sided, precision, queries, relevant
from portal.backend import Backend
from portal.needs import needs_meant
from portal.search import Search
from portal.snapshot import DirectorySnapshot
from portal.wishes import Wish
from shared.settings import Settings, load

#: The bar of the search by the engine, for every directory.
BAR = 0.90
NOWHERE = "127.0.0.1:1"
DEADLINE_S = 20.0


@dataclass(frozen=True)
class Judged:
    """What became of a query.

    `score` is None where the directory has nothing that answers it. A dead end is a page with
    neither a service nor a need that the words are understood to mean.
    """

    query: Query
    text: str
    score: float | None
    found: int
    is_dead_end: bool
    is_one_sided: bool


@dataclass(frozen=True)
class Score:
    """The judged queries over one directory, by the engine or by the saved copy."""

    directory: str
    by: str
    judged: Sequence[Judged]

    @property
    def mean(self) -> float:
        return mean(one.score for one in self.judged if one.score is not None)

    @property
    def dead_ends(self) -> list[str]:
        return [one.text for one in self.judged if one.is_dead_end]

    def by_language(self) -> dict[str, float]:
        """Return the mean by the language of the query."""
        scores: dict[str, list[float]] = defaultdict(list)
        for one in self.judged:
            if one.score is not None:
                scores[one.query.lang].append(one.score)
        return {lang: mean(found) for lang, found in scores.items()}


async def judge(search: Search, query: Query, directory: Directory) -> Judged:
    """Ask one query as the portal does and judge what comes."""
    text, right = query.text(directory), relevant(query, directory)
    found = await search.find(Wish(text=text, miles=query.far), "en")
    return Judged(
        query,
        text,
        precision(found.services, right) if right else None,
        found.total,
        not found.services and not needs_meant(text),
        is_one_sided(query, found.services, directory),
    )


async def score(settings: Settings, directory: Directory, by: str) -> Score:
    """Judge every query with the engine, or with the copy because there is no engine."""
    backend = Backend(settings)
    snapshot = DirectorySnapshot(settings, backend)
    await snapshot.start()
    search = Search(settings, snapshot, deadline_s=DEADLINE_S)
    try:
        judged = [await judge(search, query, directory) for query in queries()]
    finally:
        await search.close()
        await snapshot.close()
        await backend.close()
    return Score(directory.name, by, judged)


def scores(directory: Directory) -> list[Score]:
    """Fill an engine and a saved copy with a directory and judge both."""
    with tempfile.TemporaryDirectory(prefix="anydoor-relevance-") as name:
        folder = Path(name)
        with Meilisearch(folder / "meilisearch") as engine:
            environment = {
                "MEILI_URL": engine.url,
                "MEILI_KEY": engine.master_key,
                "SNAPSHOT_DIR": str(folder / "snapshot"),
                "INSTANCE": "portal",
                "AMQP_URI": f"amqp://guest:guest@{NOWHERE}//",
            }
            settings = load(environment)
            fill(settings, directory.cards)
            with_engine = asyncio.run(score(settings, directory, "engine"))
        without = load({**environment, "MEILI_URL": f"http://{NOWHERE}"})
        return [with_engine, asyncio.run(score(without, directory, "saved copy"))]


def told(one: Score) -> str:
    """Return a score as lines of text, the queries below 1 at the end."""
    by_language = "  ".join(f"{lang} {found:.2f}" for lang, found in one.by_language().items())
    low = [it for it in one.judged if it.score is not None and it.score < 1]
    counts = (
        f"precision@10 {one.mean:.3f} over {len(one.judged)} queries",
        f"{len(one.dead_ends)} dead ends",
        f"{sum(it.is_one_sided for it in one.judged)} answered by half",
        f"{sum(it.score is None for it in one.judged)} with nothing to find",
    )
    lines = [
        f"{one.directory}, {one.by}: {', '.join(counts)}",
        f"  {by_language}",
        *(f"  {it.score:.1f}  {it.query.lang}  {it.text}  ({it.found} found)" for it in low),
    ]
    return "\n".join(lines)


def main() -> int:
    """Print every score and return 1 when the engine is below the bar or anyone finds nothing."""
    found = [one for directory in (sample(), generated()) for one in scores(directory)]
    for one in found:
        print(told(one), flush=True)
    below = [one for one in found if one.by == "engine" and one.mean < BAR]
    return 1 if below or any(one.dead_ends for one in found) else 0


if __name__ == "__main__":
    raise SystemExit(main())
