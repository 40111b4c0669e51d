"""The compose file, the example settings and the code say the same."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from portal.backend import SERVICES as CALLED
from services.topology import SERVICES
from shared.events import all_types
from shared.messaging.health import serve_health
from shared.settings import Settings, load

ROOT = Path(__file__).parents[2]
SETTINGS = {field.name.upper(): field for field in msgspec.structs.fields(Settings)}
#: Read by docker-compose itself, not by a process of ours.
COMPOSE_ONLY = {"RABBITMQ_PASSWORD", "PORTAL_BIND"}

#: Their defaults are right where everything is one's own; the last two are for tests and the demo.
NOT_IN_CONTAINERS = {
    *("MONGO_PREFIX", "MEILI_INDEX_PREFIX", "INSTANCE"),
    *("WEBHOOK_ALLOW_LOOPBACK", "SOURCE_ALLOW_LOOPBACK"),
}


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return loaded


def example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def ours() -> dict[str, Any]:
    return {n: s for n, s in compose()["services"].items() if s["image"].startswith("anydoor:")}


def test_every_service_has_a_process_and_every_source_a_relay() -> None:
    commands = [" ".join(service.get("command", [])) for service in ours().values()]
    for name in SERVICES:
        assert commands.count(f"python -m services.run {name}") == 1
    for source in {kind.source for kind in all_types()} - {"alpha", "probe"}:
        assert commands.count(f"python -m shared.messaging.relay {source}") == 1
    assert commands.count("python -m portal") == 1
    assert set(CALLED) == set(SERVICES)


@pytest.mark.parametrize("name", sorted(ours()))
def test_a_process_gets_only_settings_that_exist(name: str) -> None:
    given = set(ours()[name]["environment"])
    assert given <= set(SETTINGS), given - set(SETTINGS)


def test_what_the_env_file_says_reaches_the_processes() -> None:
    image = set(re.findall(r"([A-Z_]+)=", (ROOT / "infra/Dockerfile").read_text()))
    for name in ours():
        given = set(ours()[name]["environment"])
        assert set(SETTINGS) - given - image - NOT_IN_CONTAINERS <= {"SECURE_COOKIES"}, name
    assert ours()["portal"]["environment"]["SECURE_COOKIES"] == "true"


def test_every_variable_the_compose_file_wants_is_in_the_example() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    wanted = set(re.findall(r"\$\{(\w+)", text))
    assert wanted - {"PORTAL_BIND"} <= set(example())


def test_the_example_has_every_setting_with_its_default() -> None:
    shown = example()
    assert set(shown) == set(SETTINGS) | COMPOSE_ONLY - {"PORTAL_BIND"}
    defaults = load({})
    for name, field in SETTINGS.items():
        if name not in ("MEILI_KEY",):
            given = load({name: shown[name]})
            assert getattr(given, field.name) == getattr(defaults, field.name), name


@pytest.mark.parametrize("name", sorted(compose()["services"]))
def test_a_process_can_be_scaled_and_is_watched(name: str) -> None:
    service = compose()["services"][name]
    assert "container_name" not in service
    assert "healthcheck" in service
    if name != "portal":
        assert "ports" not in service, "only the portal is reached from outside"


def test_ports_are_those_of_the_image() -> None:
    text = (ROOT / "infra/Dockerfile").read_text()
    assert "HEALTH_PORT=9000" in text
    assert "PORTAL_PORT=8000" in text
    for name, service in ours().items():
        if "test" in service["healthcheck"]:
            asked = "/8000 && printf 'GET /health/live " if name == "portal" else "GET /health "
            assert asked in service["healthcheck"]["test"][-1]


@pytest.mark.parametrize(("ok", "status"), [(True, 0), (False, 1)])
def test_a_probe_tells_well_from_unwell(ok: bool, status: int) -> None:
    port = serve_health(load({}), "registry", lambda: {"ok": ok})
    program, *options, script = ours()["registry"]["healthcheck"]["test"][1:]
    script = script.replace("$$", "$").replace("/9000", f"/{port}")
    assert subprocess.run([program, *options, script], check=False, timeout=10).returncode == status


def test_the_image_has_the_folders_of_the_volumes_so_that_its_user_owns_them() -> None:
    made = re.search(
        r"mkdir -p (.*) && chown -R anydoor /data", (ROOT / "infra/Dockerfile").read_text()
    )
    assert made
    mounted = {v.split(":")[1] for service in ours().values() for v in service["volumes"]}
    assert mounted - {"/data"} == set(made[1].split())


def test_docker_compose_reads_it() -> None:
    command = shutil.which("docker-compose")
    if command is None:
        pytest.skip("docker-compose is not installed on this machine")
    environment = {**os.environ, **example()}
    read = subprocess.run(
        [command, "-f", "docker-compose.yml", "config", "-q"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert read.returncode == 0, read.stderr
