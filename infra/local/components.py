"""RabbitMQ, MongoDB and Meilisearch as child processes, each in a folder and on ports of its own.

Every component is used the same way::

    broker = RabbitMQ(Path("var/data/rabbitmq"))   # free ports; or RabbitMQ(folder, port=17001)
    broker.start()          # returns once a real client has been served; else ComponentFailed
    broker.uri              # "amqp://anydoor:...@127.0.0.1:17001/anydoor"
    broker.pid              # of the server itself (beam.smp, mongod, meilisearch), None when down
    broker.is_running()     # the process exists (also while it is frozen)
    broker.is_healthy()     # one real protocol exchange, answered within two seconds
    broker.wait_healthy(30) # seconds; raises ComponentFailed
    broker.freeze()         # SIGSTOP: accepts connections, answers nothing
    broker.thaw()           # SIGCONT
    broker.kill9()          # SIGKILL to it and its children; the data stays
    broker.start()          # again, on the same ports and data
    broker.restart()        # stop() and start()
    broker.stop()           # politely, then by force; safe to repeat, also when it is frozen
    broker.wipe()           # ends it if it runs and deletes its data; start() begins from nothing
    with RabbitMQ(folder) as broker: ...              # start() and stop()

What only one of them can do:

- `RabbitMQ`: `uri` (default virtual host), `management_url`, `username`, `password`,
  `add_vhost(name) -> uri` and `delete_vhost(name)` (a broker of one's own within the broker),
  `close_connections()` (as an operator would), `ctl("set_vm_memory_high_watermark", "0.4")`
  (rabbitmqctl; about two seconds a call).
- `Mongod`: `uri` (a replica set of one, writable when start() returns), `drop_databases(prefix)`.
- `Meilisearch`: `url` (= `uri`), `master_key`, `delete_indexes()`.

All stay bound to 127.0.0.1 and end with the program that started them, even when that is killed.
Methods may be called from any thread, but not from two at once for one component.
`ComponentFailed` carries `.component`, `.log_tail` and `.advice`.

In tests (see tests/conftest.py) ask for fixtures; nothing starts unless a test asks:

| fixture | scope | gives |
|---|---|---|
| `rabbitmq`, `mongod`, `meilisearch` | session | the started component; leave it running |
| `amqp_uri` | function | URI of a fresh, empty virtual host, deleted afterwards |
| `module_amqp_uri` | module | the same for a whole module |
| `mongo_prefix` | function | unique prefix; databases named with it are dropped afterwards |
| `module_mongo_prefix` | module | the same for a whole module |
| `mongo_uri` | session | URI of `mongod` |
| `search_engine` | function | `meilisearch`, emptied before the test |

A fault test that kills or wipes a component takes one of its own: the fixtures `own_rabbitmq`,
`own_mongod`, `own_meilisearch` (function scope) start a private one and end it afterwards.
"""

from __future__ import annotations

from infra.local.component import Component, ComponentFailed
from infra.local.meilisearch import Meilisearch
from infra.local.mongod import Mongod
from infra.local.rabbitmq import RabbitMQ

__all__ = ["Component", "ComponentFailed", "Meilisearch", "Mongod", "RabbitMQ"]
