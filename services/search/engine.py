"""Administration of Meilisearch through its official client; searching is the portal's part.

The engine takes or refuses a batch as a whole, so a batch that is refused is halved until the one
bad document is alone. What is the engine's own trouble is EngineDown: nothing is lost, try later.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import meilisearch
import requests
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import Task, TaskInfo

from shared.errors import Unavailable
from shared.settings import Settings

Json = dict[str, Any]

REQUEST_TIMEOUT_S = 20
TASK_TIMEOUT_S = 120.0
LOOK_EVERY_S = 0.025
#: Refusals of what was sent; every other failure is the engine's own.
OUR_FAULT = "invalid_request"


class EngineDown(Unavailable):
    """Meilisearch does not answer or cannot work; the documents stay marked for later."""


class Refused(EngineDown):
    """The engine read what was sent and will not have it; `code` is the engine's own word.

    Of documents that is their own fault (`Engine.write`); of anything else it is trouble like any.
    """

    def __init__(self, code: str) -> None:
        super().__init__("search engine", f"refused: {code}", "look at its log")
        self.code = code


class Engine:
    """The indexes of one deployment; names carry the deployment's prefix.

    `beat` is called again and again while a task of the engine is waited for; what it raises ends
    the waiting.
    """

    def __init__(self, settings: Settings, beat: Callable[[], object] = lambda: None) -> None:
        self._beat = beat
        self._prefix = settings.meili_index_prefix
        self._client = meilisearch.Client(
            settings.meili_url, settings.meili_key or None, timeout=REQUEST_TIMEOUT_S
        )

    def name(self, index: str) -> str:
        """Return the engine's name of an index."""
        return f"{self._prefix}{index}"

    def made_at(self, index: str) -> str | None:
        """Return when an index was made, by the engine's clock; None when there is none."""
        try:
            return str(self._client.get_raw_index(self.name(index))["createdAt"])
        except MeilisearchApiError as error:
            if error.code == "index_not_found":
                return None
            raise EngineDown("search engine", str(error.code), "look at its log") from None
        except (MeilisearchError, requests.RequestException) as error:
            raise _down(error) from None

    def exists(self, index: str) -> bool:
        """Say whether there is such an index."""
        return self.made_at(index) is not None

    def create(self, index: str, settings: Json) -> None:
        """Make an index, empty even when there was one, with its settings."""
        self.delete(index)
        self._do(lambda c: c.create_index(self.name(index), {"primaryKey": "id"}))
        self.configure(index, settings)

    def configure(self, index: str, settings: Json) -> None:
        """Give an index these settings."""
        self._do(lambda c: c.index(self.name(index)).update_settings(settings))

    def delete(self, index: str) -> None:
        """Delete an index; fine when there is none."""
        if self.exists(index):
            self._do(lambda c: c.delete_index(self.name(index)))

    def swap(self, one: str, other: str) -> None:
        """Exchange two indexes in one step, under running searches."""
        pair = [self.name(one), self.name(other)]
        self._do(lambda c: c.swap_indexes([{"indexes": pair}]))

    def write(self, index: str, documents: Sequence[Json]) -> dict[str, str]:
        """Add or replace documents and return the ids that were refused, with the reason."""
        if not documents:
            return {}
        try:
            self._do(lambda c: c.index(self.name(index)).add_documents(list(documents), "id"))
        except Refused as error:
            if len(documents) == 1:
                return {str(documents[0].get("id")): error.code}
            half = len(documents) // 2
            return self.write(index, documents[:half]) | self.write(index, documents[half:])
        return {}

    def remove(self, index: str, ids: Sequence[str]) -> None:
        """Take documents out; fine when they are not in."""
        if ids:
            self._do(lambda c: c.index(self.name(index)).delete_documents(list(ids)))

    def count(self, index: str) -> int:
        """Return how many documents an index holds."""
        try:
            return int(self._client.index(self.name(index)).get_stats().number_of_documents)
        except (MeilisearchError, requests.RequestException) as error:
            raise _down(error) from None

    def _do(self, ask: Callable[[meilisearch.Client], TaskInfo]) -> None:
        """Ask for a task and return when it is done; Refused or EngineDown when it is not."""
        self._beat()
        try:
            task = self._ended(ask(self._client).task_uid)
        except MeilisearchApiError as error:
            if error.type == OUR_FAULT or error.status_code == requests.codes.too_large:
                raise Refused(str(error.code)) from None
            raise EngineDown("search engine", str(error.code), "look at its log") from None
        except (MeilisearchError, requests.RequestException) as error:
            raise _down(error) from None
        if task.status == "succeeded":
            return
        why = task.error or {}
        if why.get("type") == OUR_FAULT:
            raise Refused(str(why.get("code")))
        raise EngineDown("search engine", str(why.get("code")), "look at its log")

    def _ended(self, task_uid: int) -> Task:
        until = time.monotonic() + TASK_TIMEOUT_S
        while (task := self._client.get_task(task_uid)).status in ("enqueued", "processing"):
            if time.monotonic() > until:
                raise EngineDown("search engine", "is slow", "it is asked again in a moment")
            self._beat()
            time.sleep(LOOK_EVERY_S)
        return task


def _down(error: Exception) -> EngineDown:
    return EngineDown("search engine", type(error).__name__, "it is asked again in a moment")
