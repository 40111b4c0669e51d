"""A RabbitMQ broker of one's own: own node, port mapper, plugins, password; nothing system-wide."""

from __future__ import annotations

import base64
import http.client
import os
import subprocess
import urllib.parse
from pathlib import Path

import amqp

from infra.local import binaries, ports
from infra.local.component import Component
from infra.local.process import end_family, spawn

_VHOST = "anydoor"


class RabbitMQ(Component):
    """A broker with the management interface; see infra.local.components."""

    name = "rabbitmq"
    advice = (
        "install rabbitmq-server 3.10 or later, or set RABBITMQ_SERVER= or AMQP_URI=; "
        "if it is there, delete the rabbitmq folder in var/ (nothing is kept only there)"
    )
    boot_seconds = 90.0
    stop_seconds = 30.0
    username = "anydoor"

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        log: Path | None = None,
        management_port: int | None = None,
    ) -> None:
        super().__init__(folder, port, log)
        self.management_port = management_port or ports.free_port()
        self._dist_port = ports.free_port()
        self._epmd_port = ports.free_port()
        self._epmd: subprocess.Popen[bytes] | None = None

    @property
    def password(self) -> str:
        """The password of `username`."""
        return self.secret("password")

    @property
    def uri(self) -> str:
        """AMQP address of the virtual host every broker starts with."""
        return self._uri_of(_VHOST)

    @property
    def management_url(self) -> str:
        """Address of the management pages and API, for `username` and `password`."""
        return f"http://{ports.HOST}:{self.management_port}"

    def add_vhost(self, name: str) -> str:
        """Make an empty virtual host and return its URI; harmless when it is there already."""
        quoted = urllib.parse.quote(name, safe="")
        self._manage("PUT", f"/api/vhosts/{quoted}")
        self._manage(
            "PUT",
            f"/api/permissions/{quoted}/{self.username}",
            '{"configure": ".*", "write": ".*", "read": ".*"}',
        )
        return self._uri_of(name)

    def delete_vhost(self, name: str) -> None:
        """Delete a virtual host with all its queues; harmless when there is none."""
        self._manage("DELETE", f"/api/vhosts/{urllib.parse.quote(name, safe='')}")

    def close_connections(self, reason: str = "closed by an operator") -> None:
        """Have the broker close every client's connection."""
        self.ctl("close_all_connections", reason)

    def ctl(self, *arguments: str) -> str:
        """Run rabbitmqctl against this broker and return what it printed."""
        program = binaries.rabbitmq_server().with_name("rabbitmqctl")
        return subprocess.run(
            [str(program), "--quiet", *arguments],
            env=self._environment(),
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout

    def stop(self) -> None:
        """End the broker, and the port mapper that was started for it."""
        super().stop()
        if self._epmd is not None:
            end_family(self._epmd.pid, 2)
            self._epmd.wait(10)
            self._epmd = None

    def wipe(self) -> None:
        """Delete every queue and message; start() begins with an empty broker."""
        super().wipe()
        self.stop()

    def _command(self) -> list[str]:
        return [str(binaries.rabbitmq_server())]

    def _prepare(self) -> None:
        (self.folder / "rabbitmq.conf").touch(mode=0o600)
        (self.folder / "rabbitmq.conf").write_text(self._settings())
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management].\n")
        (self.folder / "rabbitmq-env.conf").touch()
        (self.folder / "advanced.config").write_text("[].\n")
        cookie = self.folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(self.secret("cookie-seed"))
            cookie.chmod(0o400)
        if self._epmd is None or self._epmd.poll() is not None:
            self._start_epmd()

    def _start_epmd(self) -> None:
        # Without one of its own, a broker would use or leave behind the machine's.
        self._epmd = spawn([str(binaries.epmd())], self.log, self._environment(), self.folder)

    def _settings(self) -> str:
        return f"""\
listeners.tcp.1 = {ports.HOST}:{self.port}
management.tcp.ip = {ports.HOST}
management.tcp.port = {self.management_port}
default_vhost = {_VHOST}
default_user = {self.username}
default_pass = {self.password}
log.console = true
log.console.level = info
log.file = false
collect_statistics_interval = 30000
"""

    def _environment(self) -> dict[str, str]:
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        # Without the +sbwt switches an idle broker spins on both cores.
        calm = "+sbwt none +sbwtdcpu none +sbwtdio none"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RABBITMQ_", "ERL_"))
        }
        return inherited | {
            "HOME": str(self.folder),
            "ERL_EPMD_ADDRESS": ports.HOST,
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_CRASH_DUMP": str(self.folder / "erl_crash.dump"),
            "RABBITMQ_NODENAME": "anydoor@localhost",
            "RABBITMQ_DIST_PORT": str(self._dist_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{loopback} {calm}",
            "RABBITMQ_CTL_ERL_ARGS": loopback,
            # The start script then becomes the broker instead of waiting for it: one process,
            # whose id is the one we started.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def _uri_of(self, vhost: str) -> str:
        quoted = urllib.parse.quote(vhost, safe="")
        return f"amqp://{self.username}:{self.password}@{ports.HOST}:{self.port}/{quoted}"

    def _greet(self) -> None:
        connection = amqp.Connection(
            host=f"{ports.HOST}:{self.port}",
            userid=self.username,
            password=self.password,
            virtual_host=_VHOST,
            connect_timeout=2,
            read_timeout=2,
            write_timeout=2,
        )
        connection.connect()
        connection.close()
        self._manage("GET", "/api/whoami", timeout=2)

    def _manage(self, method: str, path: str, body: str = "", timeout: float = 30) -> None:
        login = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection(ports.HOST, self.management_port, timeout=timeout)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        if answer.status >= 400 and not (method == "DELETE" and answer.status == 404):
            raise RuntimeError(f"{method} {path}: {answer.status} {text}")
