"""A Meilisearch of one's own, small in memory and silent to the outside."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import Any

from infra.local import binaries, ports
from infra.local.component import Component

_SETTLE_SECONDS = 30.0


class Meilisearch(Component):
    """A search engine with a master key; see infra.local.components."""

    name = "meilisearch"
    advice = "run infra/local/bootstrap.sh components, or set MEILISEARCH=, or MEILI_URL="

    @property
    def url(self) -> str:
        """Address of its API."""
        return f"http://{ports.HOST}:{self.port}"

    @property
    def uri(self) -> str:
        """The same, under the name all components have."""
        return self.url

    @property
    def master_key(self) -> str:
        """The key that may do everything."""
        return self.secret("master_key")

    def delete_indexes(self) -> None:
        """Delete every index and return once they are gone."""
        indexes = self._call("GET", "/indexes?limit=1000")["results"]
        tasks = [self._call("DELETE", f"/indexes/{index['uid']}")["taskUid"] for index in indexes]
        deadline = time.monotonic() + _SETTLE_SECONDS
        for task in tasks:
            while self._call("GET", f"/tasks/{task}")["status"] in {"enqueued", "processing"}:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"index deletion took over {_SETTLE_SECONDS:g} s")
                self.wait_exit(0.02)

    def _command(self) -> list[str]:
        return [
            str(binaries.meilisearch()),
            "--env=production",
            f"--http-addr={ports.HOST}:{self.port}",
            f"--db-path={self.data / 'index'}",
            f"--dump-dir={self.folder / 'dumps'}",
            f"--snapshot-dir={self.folder / 'snapshots'}",
            "--max-indexing-memory=512MiB",
            "--max-indexing-threads=1",
            "--no-analytics",
            # Its request log holds what people search for; warnings do not.
            "--log-level=WARN",
        ]

    def _environment(self) -> dict[str, str]:
        # Not on the command line, where every user of the machine could read it.
        return super()._environment() | {"MEILI_MASTER_KEY": self.master_key}

    def _greet(self) -> None:
        self._call("GET", "/version", seconds=2)

    def _call(self, method: str, path: str, seconds: float = 10) -> Any:
        request = urllib.request.Request(  # noqa: S310  The address is our own, above.
            self.url + path,
            method=method,
            headers={"Authorization": f"Bearer {self.master_key}"},
        )
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
            return json.load(answer)
