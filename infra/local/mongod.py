"""A MongoDB server of one's own: a replica set of one, so that change streams work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from infra.local import binaries, ports
from infra.local.component import Component

_NOT_YET_INITIATED = 94
_REPLICA_SET = "anydoor"


class Mongod(Component):
    """A replica set of one; see infra.local.components."""

    name = "mongod"
    advice = "run infra/local/bootstrap.sh components, or set MONGOD=/path/to/mongod, or MONGO_URI="

    @property
    def uri(self) -> str:
        """Address of the replica set."""
        return f"mongodb://{ports.HOST}:{self.port}/?replicaSet={_REPLICA_SET}"

    def drop_databases(self, prefix: str) -> None:
        """Drop every database whose name starts with `prefix`."""
        if not prefix:
            raise ValueError("an empty prefix would drop every database")
        with self._client(seconds=20) as client:
            for name in client.list_database_names():
                if name.startswith(prefix):
                    client.drop_database(name)

    def _command(self) -> list[str]:
        options = {
            "replSet": _REPLICA_SET,
            "bind_ip": ports.HOST,
            "port": str(self.port),
            "dbpath": str(self.data),
            "wiredTigerCacheSizeGB": "0.5",
            "oplogSize": "512",
        }
        named = [f"--{name}={value}" for name, value in options.items()]
        quiet = ["--nounixsocket", "--setParameter=diagnosticDataCollectionEnabled=false"]
        return [str(binaries.mongod()), *named, *quiet]

    def _greet(self) -> None:
        with self._client(seconds=2) as client:
            hello = client.admin.command("hello")
            if hello.get("isWritablePrimary"):
                return
            if "me" not in hello or hello.get("isreplicaset"):
                self._initiate(client)
        raise ConnectionError("no primary yet")

    def _initiate(self, client: MongoClient[dict[str, Any]]) -> None:
        """Make the replica set, or tell one that was made on another port where it is now."""
        member = {"_id": 0, "host": f"{ports.HOST}:{self.port}"}
        try:
            config = client.admin.command("replSetGetConfig")["config"]
        except OperationFailure as failure:
            if failure.code != _NOT_YET_INITIATED:
                raise
            config = {"_id": _REPLICA_SET, "members": [member]}
            client.admin.command("replSetInitiate", config)
            return
        if config["members"][0]["host"] != member["host"]:
            config["members"][0]["host"] = member["host"]
            config["version"] += 1
            client.admin.command("replSetReconfig", config, force=True)

    @contextmanager
    def _client(self, seconds: float) -> Iterator[MongoClient[dict[str, Any]]]:
        client: MongoClient[dict[str, Any]] = MongoClient(
            ports.HOST,
            self.port,
            directConnection=True,
            serverSelectionTimeoutMS=int(seconds * 1000),
            timeoutMS=int(seconds * 1000),
        )
        try:
            yield client
        finally:
            client.close()
