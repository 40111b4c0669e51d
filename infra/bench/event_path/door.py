"""The door: `uvicorn infra.bench.event_path.door:app`; DOOR=intake as the portal, or DOOR=amqp."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiormq
import msgspec
from pamqp.commands import Basic
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.bench.event_path.events import Asked
from portal.intake import Intake
from portal.spool import Spool
from shared.settings import load

settings = load()
CHANNELS = 4


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    if os.environ["DOOR"] == "intake":
        app.state.intake = Intake(settings, Spool(settings.spool_dir))
        app.state.intake.start()
        yield
        await app.state.intake.close()
        return
    connection = await aiormq.connect(settings.amqp_uri)
    app.state.channels = [
        await connection.channel(publisher_confirms=True) for _ in range(CHANNELS)
    ]
    await app.state.channels[0].exchange_declare(
        "portal.events", exchange_type="topic", durable=True
    )
    yield
    await connection.close()


async def ask(request: Request) -> Response:
    asked = msgspec.json.decode(await request.body())
    if os.environ["DOOR"] == "intake":
        event = Asked(
            stream=asked["stream"],
            needs=asked["needs"],
            area=asked["area"],
            asked_at=asked["asked_at"],
        )
        await request.app.state.intake.accept([event], None, asked["id"])
        return Response(status_code=202)
    channels = request.app.state.channels
    channels.append(channels.pop(0))
    await channels[0].basic_publish(
        msgspec.json.encode(asked),
        exchange="portal.events",
        routing_key="bench.asked",
        mandatory=True,
        properties=Basic.Properties(
            content_type="application/json", content_encoding="utf-8", delivery_mode=2
        ),
    )
    return Response(status_code=202)


app = Starlette(routes=[Route("/ask", ask, methods=["POST"])], lifespan=lifespan)
