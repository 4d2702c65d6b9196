# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ASGI application: request log, faults, and the way to each vendor's services."""

from __future__ import annotations

import asyncio
import logging

from starlette.types import Receive, Scope, Send

from nightshift_sandbox.commvault import router
from nightshift_sandbox.commvault.schedules import fire_due
from nightshift_sandbox.control import services as control
from nightshift_sandbox.faults import Rule, answer
from nightshift_sandbox.web import Reply, Request, cut, json_reply, read_request, send_reply
from nightshift_sandbox.world import World

log = logging.getLogger(__name__)


class Application:
    """Everything on the sandbox's one port."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = await read_request(scope, receive)
        if request.path.lower().startswith(control.PREFIX):
            self.pass_moment()
            reply: Reply | None = control.serve(self.world, request)
        else:
            reply = await self._logged(request, receive)
        self.world.store.commit()
        if reply is not None:
            await send_reply(send, reply, self.world.clock.http_date())

    def pass_moment(self) -> None:
        """Let time pass up to now: schedules fire, jobs go on."""
        fire_due(self.world)
        self.world.engine.advance()

    async def _logged(self, request: Request, receive: Receive) -> Reply | None:
        """The answer of a vendor's service, or None when the connection was cut."""
        entry = self.world.log.add(request, self.world.clock.now())
        quiet, loud = self.world.faults.pick(request)
        if loud is not None:
            entry["fault"] = loud.fault
        late = max((rule.seconds for rule in quiet if rule.fault == "job_late"), default=0.0)
        await _wait(quiet, "before")
        self.pass_moment()
        reply = None
        if loud is None or loud.has_effect:
            self.world.engine.late = late
            reply = self._serve(request)
            self.world.engine.late = 0.0
            self.world.store.commit()
            entry["status"], entry["reason"] = reply.status, reply.reason
        await _wait(quiet, "after")
        if loud is None:
            return reply
        if loud.fault in ("drop_before", "drop_after"):
            entry["status"] = None
            await cut(request, receive)
            return None
        shown = answer(loud, reply)
        entry["status"] = shown.status
        return shown

    def _serve(self, request: Request) -> Reply:
        path = router.below_root(request.path)
        if path is None:
            return json_reply({"errorMessage": "The service does not exist.", "errorCode": 404}, 404)
        try:
            return router.serve(self.world, request, path)
        except Exception as error:
            # A defect of the sandbox itself must be told apart from what a client did wrong.
            log.exception("defect while answering %s %s", request.method, request.path)
            return Reply(599, f"sandbox defect: {error!r}".encode(), "text/plain", reason=f"sandbox defect: {error!r}")


async def _wait(rules: list[Rule], when: str) -> None:
    for rule in rules:
        if rule.fault == "delay" and rule.when == when:
            await asyncio.sleep(rule.seconds)
