"""The components are real, stay on loopback, and survive what fault tests do to them."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import amqp
import psutil
import pytest
from pymongo import MongoClient

from infra.local.component import Component, ComponentFailed
from infra.local.components import Meilisearch, Mongod, RabbitMQ
from infra.local.ports import free_port
from infra.local.process import wait_for_exit
from tests.support.programs import until


def listening_addresses(component: Component) -> set[str]:
    process = psutil.Process(component.pid)
    return {
        connection.laddr.ip
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def broker_connection(broker: RabbitMQ, vhost: str) -> amqp.Connection:
    return amqp.Connection(
        host=f"127.0.0.1:{broker.port}",
        userid=broker.username,
        password=broker.password,
        virtual_host=vhost,
    )


def test_every_component_listens_on_loopback_only(
    rabbitmq: RabbitMQ, mongod: Mongod, meilisearch: Meilisearch
) -> None:
    for component in (rabbitmq, mongod, meilisearch):
        assert listening_addresses(component) == {"127.0.0.1"}, component.name


def test_a_virtual_host_is_empty_and_one_s_own(
    rabbitmq: RabbitMQ, amqp_uri: str, module_amqp_uri: str
) -> None:
    assert amqp_uri != module_amqp_uri
    with broker_connection(rabbitmq, module_amqp_uri.rpartition("/")[2]) as connection:
        connection.channel().queue_declare("only.here", durable=True, auto_delete=False)
    with (
        broker_connection(rabbitmq, amqp_uri.rpartition("/")[2]) as connection,
        pytest.raises(amqp.exceptions.NotFound),
    ):
        connection.channel().queue_declare("only.here", passive=True)


def test_databases_with_a_prefix_can_be_dropped(mongod: Mongod, mongo_prefix: str) -> None:
    with MongoClient[dict[str, int]](mongod.uri) as client:
        client[f"{mongo_prefix}_tips"]["commits"].insert_one({"_id": 1})
        client[f"keep_{mongo_prefix}"]["commits"].insert_one({"_id": 1})
        mongod.drop_databases(mongo_prefix)
        assert f"{mongo_prefix}_tips" not in client.list_database_names()
        assert f"keep_{mongo_prefix}" in client.list_database_names()
        client.drop_database(f"keep_{mongo_prefix}")


def test_a_database_killed_outright_keeps_what_it_confirmed(own_mongod: Mongod) -> None:
    with MongoClient[dict[str, int]](own_mongod.uri, w="majority", journal=True) as client:
        client["anydoor"]["commits"].insert_one({"_id": 1})
    own_mongod.kill9()
    assert not own_mongod.is_running()
    own_mongod.start()
    with MongoClient[dict[str, int]](own_mongod.uri) as client:
        assert client["anydoor"]["commits"].count_documents({}) == 1


def test_a_database_s_folder_may_be_started_on_another_port(own_mongod: Mongod) -> None:
    with MongoClient[dict[str, int]](own_mongod.uri, w="majority") as client:
        client["anydoor"]["commits"].insert_one({"_id": 1})
    own_mongod.stop()
    with Mongod(own_mongod.folder) as moved, MongoClient[dict[str, int]](moved.uri) as client:
        assert moved.port != own_mongod.port
        assert client["anydoor"]["commits"].count_documents({}) == 1


def test_a_frozen_component_runs_but_is_not_healthy(own_meilisearch: Meilisearch) -> None:
    own_meilisearch.freeze()
    with socket.create_connection(("127.0.0.1", own_meilisearch.port), timeout=2):
        assert own_meilisearch.is_running()
        # its threads stop one after the other
        until(lambda: not own_meilisearch.is_healthy(), 5, "it stands still")
    own_meilisearch.thaw()
    own_meilisearch.wait_healthy(10)


def test_a_frozen_component_can_be_stopped(own_meilisearch: Meilisearch) -> None:
    own_meilisearch.freeze()
    own_meilisearch.stop()
    assert own_meilisearch.pid is None


def test_a_broker_is_frozen_killed_and_wiped(own_rabbitmq: RabbitMQ) -> None:
    broker = own_rabbitmq
    with broker_connection(broker, "anydoor") as connection:
        connection.channel().queue_declare("kept", durable=True, auto_delete=False)
    # The broker writes what was declared to disk a moment after it has confirmed it.
    broker.ctl("eval", "mnesia:sync_log().")
    broker.freeze()
    until(lambda: not broker.is_healthy(), 5, "it stands still")
    broker.kill9()
    broker.start()
    assert "kept" in broker.ctl("list_queues", "-p", "anydoor", "name")
    broker.wipe()
    broker.start()
    assert "kept" not in broker.ctl("list_queues", "-p", "anydoor", "name")


def test_a_port_taken_by_a_stranger_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as stranger:
        port = stranger.getsockname()[1]
        with pytest.raises(ComponentFailed, match=f"port {port} is in use by pid"):
            Meilisearch(tmp_path, port=port).start()


def test_a_missing_program_is_said_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGOD", str(tmp_path / "nowhere"))
    with pytest.raises(ComponentFailed, match="no program") as failure:
        Mongod(tmp_path).start()
    assert "bootstrap.sh" in failure.value.explain()


def test_a_component_that_ends_at_once_is_explained_by_its_log(tmp_path: Path) -> None:
    engine = Meilisearch(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "index").write_text("not a folder")
    with pytest.raises(ComponentFailed, match="it ended") as failure:
        engine.start()
    assert failure.value.log_tail


def test_a_test_run_that_is_killed_leaves_no_process(tmp_path: Path) -> None:
    code = (
        "from infra.local.components import Meilisearch; from pathlib import Path\n"
        f"engine = Meilisearch(Path({str(tmp_path)!r})); engine.start()\n"
        "print(engine.pid, flush=True); input()"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        engine = int(run.stdout.readline())
        assert psutil.pid_exists(engine)
        run.kill()
    assert wait_for_exit(engine, 5)
