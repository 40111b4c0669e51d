"""Words nobody else says, typed where people type; and looking for them where they must not be."""

from __future__ import annotations

import base64
import http.client
import re
import secrets
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import amqp
import msgspec
import urllib3
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from infra.journey.visitor import Pairs, Visitor, WentWrong
from infra.seed.accounts import FILE as SIGN_INS
from shared.messaging.topology import close_socket, open_connection
from shared.settings import Settings
from tests.support import portal_fields
from tests.support.suite import Suite

MARK = "qzcanary"
_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


class Canaries:
    """Makes words, remembers where each was typed, and finds them in bytes."""

    def __init__(self) -> None:
        self.typed: dict[str, str] = {}
        self.places: set[str] = set()

    def word(self, place: str, name: str) -> str:
        """A word for a field of this name somewhere."""
        made = f"{MARK}{secrets.token_hex(6)}"
        self.typed[made] = f"{place} {name}"
        self.places.add(name)
        return made

    def keep_secret(self, what: str, *words: str) -> None:
        """Words that came from us and must not be anywhere either: codes, passwords, cookies."""
        self.typed.update({word.lower(): what for word in words if word})

    def pattern(self) -> re.Pattern[bytes]:
        """What finds any of the words in lower-case bytes."""
        return re.compile(b"|".join(re.escape(word.encode()) for word in self.typed))


class Typist(Visitor):
    """Fills whatever a page asks people to write with words of their own."""

    def __init__(self, portal_url: str, canaries: Canaries) -> None:
        super().__init__(portal_url)
        self.canaries = canaries
        self.urls: list[str] = []

    def words_for(self, action: str) -> dict[str, str]:
        """A word for each field of the form to `action` that people write in."""
        asked = self._form(action).names & portal_fields.written()
        return {name: self.canaries.word(action, name) for name in sorted(asked)}

    def fill(self, action: str, **answers: Any) -> str:
        """Send a form with words in it; what else is wrong with it does not matter."""
        try:
            return self.send(action, self.words_for(action) | answers)
        except WentWrong:
            return self.text

    def fill_all(self, address: str) -> None:
        """Fill each form of a page that has something to write in."""
        self.open(address)
        actions = [form.action for form in self.page.forms if form.names & portal_fields.written()]
        for action in actions:
            self.open(address)
            self.fill(action.split("?")[0])

    def write_to(self, address: str, *names: str) -> str:
        """Send words to an address whose form is on no page now, and return what it says."""
        pairs = [(name, self.canaries.word(address, name)) for name in names]
        try:
            return self._ask("POST", urljoin(self._home, address), pairs)
        except WentWrong:
            return self.text

    @property
    def cookies(self) -> list[str]:
        """The values of this browser's cookies."""
        return list(self._cookies.values())

    def _ask(self, method: str, url: str, pairs: Pairs | None) -> str:
        self.urls.append(url)
        return super()._ask(method, url, pairs)


class Ear:
    """Hears every message the broker takes or gives out, by RabbitMQ's own tracing."""

    def __init__(self, settings: Settings, conf: Path) -> None:
        self.heard: list[bytes] = []
        self._address = urlsplit(settings.amqp_uri)
        self._port = int(re.findall(r"management.tcp.port = (\d+)", conf.read_text())[0])
        self._connection = open_connection(settings.amqp_uri)
        channel = self._connection.channel()
        queue = channel.queue_declare("", exclusive=True, auto_delete=True).queue
        channel.queue_bind(queue, "amq.rabbitmq.trace", "#")
        channel.basic_consume(queue, no_ack=True, callback=self._on_message)
        self._listening = True
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        self._trace(on=True)

    def _trace(self, *, on: bool) -> None:
        login = f"{self._address.username}:{self._address.password}".encode()
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        path = f"/api/vhosts/{quote(self._address.path.lstrip('/'), safe='')}"
        headers = {
            "Authorization": f"Basic {base64.b64encode(login).decode()}",
            "Content-Type": "application/json",
        }
        line.request("PUT", path, msgspec.json.encode({"tracing": on}), headers)
        assert line.getresponse().status < 300
        line.close()

    def _on_message(self, message: Any) -> None:
        body = message.body if isinstance(message.body, bytes) else message.body.encode()
        self.heard.append(body + repr(message.headers).encode())

    def _listen(self) -> None:
        while self._listening:
            try:
                self._connection.drain_events(timeout=0.2)
            except TimeoutError:
                continue
            except (OSError, amqp.AMQPError):
                return

    def close(self) -> None:
        """Stop listening, and the broker's tracing."""
        self._trace(on=False)
        self._listening = False
        self._thread.join()
        close_socket(self._connection)


def in_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a demo but the list of its staff's passwords: logs, spool, data, copies."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name != SIGN_INS:
            yield str(path.relative_to(folder)), path.read_bytes()


def in_database(suite: Suite) -> Iterator[tuple[str, bytes]]:
    """Every document of every database, the journal of the replica set too, as raw bytes."""
    for name in suite.client.list_database_names():
        for collection in suite.client[name].list_collection_names(filter={"type": "collection"}):
            rows = suite.client[name].get_collection(collection).with_options(_RAW).find()
            yield f"{name}.{collection}", b"".join(row.raw for row in rows)


def in_search(suite: Suite) -> Iterator[tuple[str, bytes]]:
    """Every document of every index of the search engine, and the list of its tasks."""
    keys = {"Authorization": f"Bearer {suite.settings.meili_key}"}
    at = suite.settings.meili_url
    indexes = msgspec.json.decode(
        urllib3.request("GET", f"{at}/indexes?limit=100", headers=keys).data
    )
    for index in indexes["results"]:
        path = f"/indexes/{index['uid']}/documents?limit=100000"
        yield path, urllib3.request("GET", at + path, headers=keys).data
    yield "/tasks", urllib3.request("GET", f"{at}/tasks?limit=10000", headers=keys).data


def in_metrics(suite: Suite) -> Iterator[tuple[str, bytes]]:
    """What every process says of itself."""
    for name, process in suite.processes().items():
        if name not in ("rabbitmq", "mongod", "meilisearch", "portal"):
            for path in ("/health", "/metrics"):
                url = f"http://127.0.0.1:{process['port']}{path}"
                yield f"{name}{path}", urllib3.request("GET", url).data
    for path in ("/health/ready", "/health/live"):
        yield path, urllib3.request("GET", suite.demo.portal_url + path).data


def look_for(canaries: Canaries, places: Iterable[tuple[str, bytes]], control: bytes) -> set[str]:
    """Return "where: what was typed" for each word found, and the control if that was there."""
    pattern, found = canaries.pattern(), set()
    for where, content in places:
        low = content.lower()
        found |= {f"{where}: {canaries.typed[hit.decode()]}" for hit in pattern.findall(low)}
        if control in content:
            found.add(control.decode())
    return found
