# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ASGI application: request log, faults, and the way to each vendor's services."""

from __future__ import annotations

import asyncio
import logging

from starlette.types import Receive, Scope, Send

from nightshift_sandbox.commvault import router
from nightshift_sandbox.control import services as control
from nightshift_sandbox.faults import Rule, answer
from nightshift_sandbox.passing import pass_moment
from nightshift_sandbox.storware import faults as storware_faults
from nightshift_sandbox.storware import router as storware
from nightshift_sandbox.web import Reply, Request, cut, gone, json_reply, read_request, send_reply
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
        pass_moment(self.world)
        for request in self.world.faults.due(self.world.clock.now()):
            self._serve(request, [])

    async def _logged(self, request: Request, receive: Receive) -> Reply | None:
        """The answer of a vendor's service, or None when the connection was cut."""
        entry = self.world.log.add(request, self.world.clock.now())
        quiet, loud = self.world.faults.pick(request)
        if loud is not None:
            entry["fault"] = loud.fault
            if loud.effect_after is not None:
                self.world.faults.postpone(request, self.world.clock.now() + loud.effect_after)
        await _wait(quiet, "before")
        self.pass_moment()
        reply = None
        if loud is None or loud.has_effect:
            reply = self._serve(request, quiet)
            self.world.store.commit()
            entry["status"], entry["reason"] = reply.status, reply.reason
        await _wait(quiet, "after")
        if loud is None:
            return reply
        if loud.fault in ("drop_before", "drop_after"):
            entry["status"] = None
            await cut(request, receive)
            return None
        if loud.fault == "hang":
            entry["status"] = None
            await gone(receive)
            return None
        shown = storware_faults.answer(loud, reply) if storware.below_root(request.path) else answer(loud, reply)
        entry["status"] = shown.status
        return shown

    def _serve(self, request: Request, quiet: list[Rule]) -> Reply:
        try:
            path = storware.below_root(request.path)
            if path is not None:
                return self._serve_storware(request, path, quiet)
            path = router.below_root(request.path)
            if path is None:
                return json_reply({"errorMessage": "The service does not exist.", "errorCode": 404}, 404)
            self.world.engine.late = _late(quiet)
            return router.serve(self.world, request, path)
        except Exception as error:
            # A defect of the sandbox itself must be told apart from what a client did wrong.
            log.exception("defect while answering %s %s", request.method, request.path)
            return Reply(599, f"sandbox defect: {error!r}".encode(), "text/plain", reason=f"sandbox defect: {error!r}")
        finally:
            self.world.engine.late = 0.0

    def _serve_storware(self, request: Request, path: str, quiet: list[Rule]) -> Reply:
        with storware_faults.quiet_effects(self.world.storware, quiet):
            reply = storware.serve(self.world.storware, request, path)
        return storware_faults.touched_up(reply, quiet)


def _late(rules: list[Rule]) -> float:
    return max((rule.seconds for rule in rules if rule.fault == "job_late"), default=0.0)


async def _wait(rules: list[Rule], when: str) -> None:
    for rule in rules:
        if rule.fault == "delay" and rule.when == when:
            await asyncio.sleep(rule.seconds)
