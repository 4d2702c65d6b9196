# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sandbox in a thread of this process: real sockets, a clock of the tests' own, and open doors to its state."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import uvicorn
from nightshift_sandbox.app import Application
from nightshift_sandbox.faults import Rule
from nightshift_sandbox.reqlog import is_write
from nightshift_sandbox.server import Settings, build
from nightshift_sandbox.web import CuttableProtocol, Reply, Request, cut_all
from nightshift_sandbox.world import World
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from .virtual_time import ServerClock, VirtualTime

# A request takes from one to thirty milliseconds of the time that server and client share.
_WORK = (0.001, 0.03)


@dataclass(frozen=True)
class Cue:
    """Something that happens when the server gets a request: right before it is carried out, or right after."""

    method: str
    path: str
    action: Callable[[], None]
    after: bool = False


class WatchedApplication(Application):
    """The sandbox, which notes what each request brings about, and on which others act between requests."""

    def __init__(self, world: World, time: VirtualTime, rng: Random) -> None:
        super().__init__(world)
        self.cues: list[Cue] = []
        self.made: list[Made] = []
        self.changed: list[Changed] = []
        self._time = time
        self._rng = rng

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._time.pass_by(self._rng.uniform(*_WORK))
        await super().__call__(scope, receive, send)

    def _serve(self, request: Request, quiet: list[Rule]) -> Reply:
        self._play(request, after=False)
        if not is_write(request):
            reply = super()._serve(request, quiet)
            self._play(request, after=True)
            return reply
        before = states(self.world)
        try:
            return super()._serve(request, quiet)
        finally:
            after = states(self.world)
            born = after.keys() - before.keys()
            if born:
                self.made.append(Made(request.method, request.path, frozenset(born)))
            self.changed += [
                Changed(request.path, *thing, before[thing], after.get(thing))
                for thing in before
                if after.get(thing) != before[thing]
            ]
            self._play(request, after=True)

    def _play(self, request: Request, *, after: bool) -> None:
        for cue in list(self.cues):
            if cue.after is after and cue.method == request.method and re.search(cue.path, request.path):
                self.cues.remove(cue)
                cue.action()


@dataclass(frozen=True)
class Made:
    """What one request made: pairs of kind and ID."""

    method: str
    path: str
    ids: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Changed:
    """What one request changed; ``after`` is ``None`` for what it deleted."""

    path: str
    kind: str
    id: str
    before: str
    after: str | None


def states(world: World) -> dict[tuple[str, str], str]:
    """Everything that a request can make, so that a second one would make it again, with what it can change."""
    found = {("job", str(number)): job.status for number, job in world.engine.jobs.items()}
    tasks = world.storware.engine.tasks
    found.update({("task", guid): f"{task.state} {task.cancelling > 0}" for guid, task in tasks.items()})
    for task in world.firing.schedules():
        found["schedule", str(task["taskInfo"]["task"]["taskId"])] = repr(task["taskInfo"])
    for row in world.storware.tables.all("schedule"):
        found["schedule", row["guid"]] = repr(row)
    return found


class Stage:
    """The server as campaigns see it."""

    def __init__(self, time: VirtualTime, rng: Random, hosts: int, seed_data: Path | None) -> None:
        self.time = time
        self.rng = rng
        settings = Settings(tls=False, estate=hosts, seed_data=seed_data)
        self.world: World = build(settings, ServerClock(time))
        # What a new sandbox has of its own costs time, and is nobody's here.
        self.world.engine.jobs.clear()
        self.world.engine._active.clear()
        self.world.storware.engine.remove_if(lambda _task: True)
        self.app = WatchedApplication(self.world, time, rng)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._config = uvicorn.Config(
            self.app, http=CuttableProtocol, ws="none", lifespan="off", log_config=None, access_log=False,
            date_header=False, server_header=False,
        )  # fmt: skip
        self._state = ServerState()
        self._listener: asyncio.Server | None = None
        # Keeps the port while the server is down.
        self._place = socket.socket()
        self._place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._place.bind(("127.0.0.1", 0))

    @property
    def root(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._place.getsockname()[1]}"

    def start(self) -> None:
        self._config.load()
        self._thread.start()
        self.up()
        self.time.meanwhile = self._go_on

    def _go_on(self) -> None:
        """Carry out what was postponed also while nobody asks for anything."""
        if self.world.faults._postponed:
            self.do(self.app.pass_moment)

    def stop(self) -> None:
        self.time.meanwhile = lambda: None
        self.down()
        self._await(self._rest())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._place.close()
        self.world.store.close()

    def do(self, work: Callable[[], Any]) -> Any:
        """Do something to the server's state, in its own thread."""

        async def done() -> Any:
            return work()

        return self._await(done())

    def up(self) -> None:
        """Accept connections."""
        self._await(self._listen())

    def down(self) -> None:
        """Refuse connections, and cut those that there are."""
        self.do(self._hang_up)

    def outage(self, seconds: float) -> None:
        """Go down at once, and come back later. To be called in the server's own thread."""
        self._hang_up()
        self.time.after(seconds, self.up)

    def _await(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _listen(self) -> None:
        if self._listener is not None:
            return
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(self._place.getsockname())
        self._listener = await self._loop.create_server(self._protocol, sock=listener)

    def _protocol(self) -> CuttableProtocol:
        return CuttableProtocol(config=self._config, server_state=self._state, app_state={}, _loop=self._loop)

    def _hang_up(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            for place in listener.sockets:
                self._loop.remove_reader(place)
            # What was accepted already attaches itself to its server in the next moment, and fails if that is closed.
            self._loop.call_soon(self._close, listener)
        cut_all()

    def _close(self, listener: asyncio.Server) -> None:
        listener.close()
        self._loop.call_soon(cut_all)

    async def _rest(self) -> None:
        """Wait for all that is under way, also for connections that were accepted in the last moment."""
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            cut_all()
            await asyncio.wait(others, timeout=0.1)


@contextmanager
def staged(time: VirtualTime, rng: Random, hosts: int, seed_data: Path | None = None) -> Iterator[Stage]:
    """A server with so many hosts of its own, for the length of a ``with`` block."""
    stage = Stage(time, rng, hosts, seed_data)
    stage.start()
    try:
        yield stage
    finally:
        stage.stop()
