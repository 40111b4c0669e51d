"""Standing orders when somebody means harm, and when a process dies."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from services.subscriptions.involvement import Progress
from services.subscriptions.store import Journal
from shared.errors import Invalid
from shared.ids import new_id
from tests.support.hostile_urls import HOSTILE_URLS
from tests.support.processes import Processes, eventually
from tests.support.receiver import Receiver, dripping
from tests.support.subscription_hands import (
    HUB,
    call,
    deliveries,
    need,
    opened,
    subscribe,
    wait_delivered,
)


@contextmanager
def started(
    folder: Path, amqp_uri: str, mongo_uri: str, prefix: str, **given: str
) -> Iterator[Processes]:
    settings = {"COORDINATOR_AGENCY": HUB, "WEBHOOK_TIMEOUT_S": "1"} | given
    processes = Processes(folder, amqp_uri, mongo_uri, prefix, **settings)
    try:
        yield processes
    finally:
        processes.end()


def test_no_hostile_address_becomes_a_webhook(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    with started(tmp_path, amqp_uri, mongo_uri, mongo_prefix) as running:
        running.service("subscriptions")
        accepted = []
        for url in HOSTILE_URLS:
            with pytest.raises(Invalid) as refused:
                subscribe(running, HUB, ["stream.*"], url=url)
            accepted += [url] if refused.value.field != "url" else []
        assert accepted == []
        assert call(running, "subscriptions", agency=HUB) == []


def test_an_address_that_turns_inward_later_is_not_called(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    """As after a rebinding: the subscription is there, its address is not allowed any more."""
    receiver = Receiver()
    try:
        with started(tmp_path, amqp_uri, mongo_uri, mongo_prefix) as running:
            lenient = running.service("subscriptions", WEBHOOK_ALLOW_LOOPBACK="true")
            running.relay("referrals")
            made = subscribe(running, HUB, ["stream.*"], url=receiver.url)
            lenient.stop()
            running.service("subscriptions")
            running.state("referrals", "s-1", [opened("s-1", HUB)])
            told = eventually(
                lambda: deliveries(running, made, HUB),
                lambda found: bool(found) and found[0]["attempts"] > 0,
            )
            assert {one["code"] for one in told[0]["tried"]} == {"url_refused"}
            assert receiver.got == []
    finally:
        receiver.end()


def _certificate(folder: Path, host: str) -> ssl.SSLContext:
    """A server's TLS context for a host, signed by itself; folder/ca.pem is who to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    at = dt.datetime.now(dt.UTC)
    names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - dt.timedelta(days=1))
        .not_valid_after(at + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize(
    ("host", "code"), [("localhost", "204"), ("another.example.org", "certificate")]
)
def test_the_certificate_must_be_the_hosts(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str, host: str, code: str
) -> None:
    receiver = Receiver(_certificate(tmp_path, host))
    trust = {"SSL_CERT_FILE": str(tmp_path / "ca.pem"), "WEBHOOK_ALLOW_LOOPBACK": "true"}
    try:
        with started(tmp_path, amqp_uri, mongo_uri, mongo_prefix, **trust) as running:
            running.service("subscriptions")
            running.relay("referrals")
            made = subscribe(running, HUB, ["stream.*"], url=receiver.url)
            running.state("referrals", "s-1", [opened("s-1", HUB)])
            told = eventually(
                lambda: deliveries(running, made, HUB),
                lambda found: bool(found) and found[0]["attempts"] > 0,
            )
            assert told[0]["tried"][0]["code"] == code
            assert len(receiver.taken) == (1 if code == "204" else 0)
    finally:
        receiver.end()


def test_a_receiver_that_drips_its_answer_does_not_hold_us(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    loopback = {"WEBHOOK_ALLOW_LOOPBACK": "true"}
    with (
        dripping() as url,
        started(tmp_path, amqp_uri, mongo_uri, mongo_prefix, **loopback) as running,
    ):
        running.service("subscriptions")
        running.relay("referrals")
        made = subscribe(running, HUB, ["stream.*"], url=url)
        running.state("referrals", "s-1", [opened("s-1", HUB)])
        told = eventually(
            lambda: deliveries(running, made, HUB),
            lambda found: bool(found) and found[0]["attempts"] > 0,
            15,
        )
        assert told[0]["tried"][0]["code"] == "timeout"


def test_two_instances_that_read_a_stream_at_once_never_move_it_back(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    with started(tmp_path, amqp_uri, mongo_uri, mongo_prefix) as running:
        journal = Journal(running.db("subscriptions"))
        at = {n: Progress(n, {HUB: ["owner"]}) for n in (2, 3, 4)}
        journal.advance({"referrals:s": (None, at[2])})
        journal.advance({"referrals:s": (None, at[3])})
        journal.advance({"referrals:s": (at[2], at[4])})
        journal.advance({"referrals:s": (at[2], at[3])})
        journal.advance({"referrals:s": (None, at[2])})
        assert journal.progress(["referrals:s"]) == {"referrals:s": at[4]}


def _tell(running: Processes, streams: int, needs: int) -> dict[str, list[int]]:
    wanted = {new_id(): list(range(1, needs + 2)) for _ in range(streams)}
    for stream in wanted:
        running.state("referrals", stream, [opened(stream, HUB)])
    for _ in range(needs):
        for stream in wanted:
            running.state("referrals", stream, [need(stream)])
    return wanted


def _taken(receiver: Receiver) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for got in list(receiver.got):
        if got.status == 204:
            found.setdefault(got.event["subject"], []).append(got.event["streamversion"])
    return found


def test_many_instances_bring_each_event_once_in_order(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    receiver = Receiver()
    loopback = {"WEBHOOK_ALLOW_LOOPBACK": "true"}
    try:
        with started(tmp_path, amqp_uri, mongo_uri, mongo_prefix, **loopback) as running:
            for _ in range(3):
                running.service("subscriptions")
            made = subscribe(running, HUB, ["stream.*", "need.*"], url=receiver.url)
            running.relay("referrals")
            wanted = _tell(running, streams=20, needs=5)
            wait_delivered(running, made, HUB, 120)
            taken = _taken(receiver)
            assert {stream: sorted(set(those)) for stream, those in taken.items()} == wanted
            assert all(those == sorted(those) for those in taken.values())
            # Nobody brought what another was bringing: what came twice was not answered in time.
            again = sum(one["attempts"] - 1 for one in deliveries(running, made, HUB))
            assert sum(map(len, taken.values())) - 120 <= again
    finally:
        receiver.end()


def test_a_killed_instance_loses_nothing(
    tmp_path: Path, amqp_uri: str, mongo_uri: str, mongo_prefix: str
) -> None:
    """What it was sending may come twice; its order in the stream does not change."""
    receiver = Receiver()
    loopback = {"WEBHOOK_ALLOW_LOOPBACK": "true"}
    try:
        with started(tmp_path, amqp_uri, mongo_uri, mongo_prefix, **loopback) as running:
            service = running.service("subscriptions")
            running.relay("referrals")
            made = subscribe(running, HUB, ["stream.*", "need.*"], url=receiver.url)
            fed = subscribe(running, HUB, ["stream.*", "need.*"])
            wanted: dict[str, list[int]] = {}
            for _ in range(3):
                wanted |= _tell(running, streams=5, needs=5)
                service.kill9()
                service.start()
            eventually(lambda: len(_taken(receiver)), lambda count: count == 15, 90)
            wait_delivered(running, made, HUB, 90, within_s=90)
            wait_delivered(running, fed, HUB, 90, within_s=90)
            once = {stream: list(dict.fromkeys(seen)) for stream, seen in _taken(receiver).items()}
            assert once == wanted
            page: Any = call(running, "feed", agency=HUB, limit=500)
            assert len(page["events"]) == len({one["id"] for one in page["events"]}) == 90
    finally:
        receiver.end()
