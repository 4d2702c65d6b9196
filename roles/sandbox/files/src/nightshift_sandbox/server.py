# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts a sandbox together and runs it until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
import yaml

from nightshift_sandbox import tls
from nightshift_sandbox.app import Application
from nightshift_sandbox.clock import Clock
from nightshift_sandbox.commvault import estate_build, history
from nightshift_sandbox.commvault.engine import Engine
from nightshift_sandbox.commvault.firing import Firing
from nightshift_sandbox.commvault.users import Users
from nightshift_sandbox.store.documents import Documents
from nightshift_sandbox.storware import estate as storware_estate
from nightshift_sandbox.storware import history as storware_history
from nightshift_sandbox.storware.system import System
from nightshift_sandbox.web import CuttableProtocol, cut_all
from nightshift_sandbox.world import World

#: Real seconds between two looks at the clock when no request comes.
TICK = 0.2
#: Real seconds that running requests get when the sandbox is told to end.
GRACE = 0.2


@dataclass
class Settings:
    """What the command line says."""

    host: str = "127.0.0.1"
    port: int = 0
    tls: bool = True
    state: Path | None = None
    estate: int = 0
    seed_data: Path | None = None
    time_scale: float = 1.0
    faults: Path | None = None
    ready_file: Path | None = None


class Server(uvicorn.Server):
    """uvicorn's server without its own signal handling, which would end the process by the signal it caught."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:  # The event loop's handlers are used instead.
        """Leave signals alone."""
        yield

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell that requests can be answered."""
        await super().startup(sockets)
        self._when_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down, giving requests that are being answered a moment."""
        asyncio.get_running_loop().call_later(GRACE, cut_all)
        await super().shutdown(sockets)


def build(settings: Settings, clock: Clock | None = None) -> World:
    """A sandbox, new or as its state file has it; a `clock` of its own lets tests run through hours."""
    store = Documents(settings.state)
    moved = store.get("meta", "clock") or {"offset": 0.0}
    clock = clock or Clock(settings.time_scale, moved["offset"])
    started_with = store.get("meta", "estate")
    if started_with is None:
        seed = yaml.safe_load(settings.seed_data.read_text(encoding="utf-8")) if settings.seed_data else None
        started_with = {"extra": settings.estate, "seed": seed}
        store.put("meta", "estate", started_with)
    estate = estate_build.build(started_with["extra"], started_with["seed"])
    users = Users(store, clock)
    world = World(clock, store, estate, users, Engine(store, clock, estate), Firing(store, clock), System(store, clock))
    world.storware.plain_http = not settings.tls
    if store.get("meta", "history") is None:
        history.seed(world)
        storware_estate.seed(world.storware, started_with["extra"])
        storware_history.seed(world.storware)
        store.put("meta", "history", {"at": clock.stamp()})
    if settings.faults:
        world.faults.load_file(settings.faults)
    return world


def ready(world: World, settings: Settings, port: int, ca_path: Path | None) -> dict[str, Any]:
    """The content of the ready file."""
    host = "localhost" if tls.is_every_address(settings.host) else settings.host
    base = f"{'https' if settings.tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"
    admin = world.users.accounts["admin"]
    others = {user.name: {"password": user.password, "remark": user.remark} for user in world.users.accounts.values()}
    for account in world.storware.sessions.accounts.values():
        others.setdefault(account.name, {"password": account.password, "remark": account.remark})
    del others[admin.name]
    return {
        "commvault_url": f"{base}/commandcenter/api",
        "storware_url": f"{base}/api",
        "control_url": f"{base}/_sandbox",
        "ca_path": str(ca_path) if ca_path else None,
        "username": admin.name,
        "password": admin.password,
        "access_token": world.users.access_token(),
        "users": others,
        "pid": os.getpid(),
    }


def write_atomically(path: Path, content: dict[str, Any]) -> None:
    """Write a file that only its owner may read, and that is never seen half written."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    draft.replace(path)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address.

    The protocol is named, because asyncio sends small packets at once only on a socket that says it is TCP; an
    answer's body would otherwise wait 40 ms for the acknowledgement of its head.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


async def serve(world: World, settings: Settings, folder: Path) -> None:
    """Serve until SIGTERM or SIGINT."""
    listener = listen(settings.host, settings.port)
    ca_path = None
    config = uvicorn.Config(
        Application(world), http=CuttableProtocol, ws="none", lifespan="off", log_config=None, access_log=False,
        date_header=False, server_header=False, timeout_graceful_shutdown=1, timeout_keep_alive=75,
    )  # fmt: skip
    if settings.tls:
        ca_path = settings.state.with_name(settings.state.name + ".ca.pem") if settings.state else folder / "ca.pem"
        context = tls.server_context(tls.authority(world.store), settings.host, ca_path.absolute())
        ca_path = ca_path.absolute()
        config.ssl_context_factory = lambda *_unused: context
    world.store.commit()
    content = ready(world, settings, listener.getsockname()[1], ca_path)
    server = Server(config, lambda: announce(content, settings.ready_file))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, lambda: setattr(server, "should_exit", True))
    ticking = loop.create_task(tick(world))
    await server.serve(sockets=[listener])
    ticking.cancel()
    if settings.ready_file:
        settings.ready_file.unlink(missing_ok=True)


def announce(content: dict[str, Any], path: Path | None) -> None:
    """Say where the sandbox is: in the ready file, or on standard output when nobody named one."""
    if path is not None:
        write_atomically(path, content)
        content = {**content, "password": f"see {path}", "access_token": f"see {path}", "users": list(content["users"])}
    sys.stdout.write(json.dumps(content, indent=2) + "\n")
    sys.stdout.flush()


async def tick(world: World) -> None:
    """Let schedules fire and jobs go on when no request does."""
    application = Application(world)
    while True:
        await asyncio.sleep(TICK)
        application.pass_moment()
        world.store.commit()


def run(settings: Settings) -> int:
    """Run a sandbox; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="nightshift-sandbox-") as folder:
        world = build(settings)
        try:
            asyncio.run(serve(world, settings, Path(folder)))
        finally:
            world.engine.flush()
            world.storware.engine.flush()
            world.store.close()
    return 0
