# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Commvault services: roots, routes, formats and who may call them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nightshift_sandbox.commvault import auth, create_task, entities, jobs, schedules, xml
from nightshift_sandbox.commvault.errors import Refusal, bad_format
from nightshift_sandbox.commvault.users import User
from nightshift_sandbox.web import Reply, Request, json_reply
from nightshift_sandbox.world import World

Json = dict[str, Any]
ROOTS = ("/commandcenter/api", "/webconsole/api", "/searchsvc/cvwebservice.svc")


@dataclass
class Call:
    """One call of a service: what was asked, by whom, and the body's content once it was read."""

    world: World
    request: Request
    user: User | None
    parts: tuple[str, ...]

    @property
    def query(self) -> dict[str, str]:
        """Query parameters, keys lower-cased."""
        return self.request.query

    @property
    def number(self) -> int:
        """The number in the path."""
        return int(self.parts[0])

    @property
    def who(self) -> User:
        """The user; services that need one are only called with one."""
        if self.user is None:
            raise TypeError("this service needs a user")
        return self.user

    @property
    def is_xml(self) -> bool:
        """Whether the body is XML: its first character tells better than some clients' header."""
        return self.request.body.lstrip()[:1] == b"<" or self.request.body[:3] == b"\xef\xbb\xbf"

    def body(self) -> tuple[str, Json]:
        """XML root (empty for JSON) and content of the body."""
        if not self.request.body.strip():
            raise bad_format("the body is empty")
        wanted = "xml" if self.is_xml else "json"
        if self.request.content_type and wanted not in self.request.content_type:
            raise bad_format(f"a body of {wanted} was sent as {self.request.content_type}")
        if self.is_xml:
            return xml.parse(self.request.body.removeprefix(b"\xef\xbb\xbf"))
        try:
            content = json.loads(self.request.body)
        except ValueError as error:
            raise bad_format(f"JSON: {error}") from error
        if not isinstance(content, dict):
            raise bad_format("JSON: not an object")
        return "", content


Handler = Callable[[Call], Json]


def _login(call: Call) -> Json:
    return auth.login(call.world, call.body()[1])


def _logout(call: Call) -> Json:
    call.world.users.logout(auth.token_of(call.request))
    return {"errorCode": 0, "errorMessage": ""}


def _whoami(call: Call) -> Json:
    return {"user": {"userName": call.who.name, "userId": call.who.id}}


def _create(call: Call) -> Json:
    root, body = call.body()
    if root and root.lower() != "tmmsg_createtaskreq":
        raise bad_format(f"XML root {root}")
    return create_task.create(call.world, body, call.is_xml, call.who)


def _short_backup(call: Call) -> Json:
    return create_task.short_form(call.world, {"subclientId": call.number}, call.query, call.who)


def _short_backup_by_name(call: Call) -> Json:
    return create_task.short_form(call.world, by_name(call.parts[0]), call.query, call.who)


def by_name(text: str) -> Json:
    """The pairs of `byName(clientName='x',appName='y')`."""
    return dict(re.findall(r"(\w+)\s*=\s*'([^']*)'", text))


def _client(call: Call) -> Json:
    return entities.client(call.world.estate.clients.get(call.number), call.number)


def _client_by_name(call: Call) -> Json:
    name = by_name(call.parts[0]).get("clientName", "")
    return entities.client(call.world.estate.client(name), name)


def _act(call: Call) -> Json:
    return jobs.act(call.world, call.number, call.parts[1].lower(), call.query, call.who)


def _switch(call: Call) -> Json:
    text = call.request.body.decode("utf-8", "replace")
    return schedules.switch(call.world, text, call.parts[0].lower() == "enable", call.who)


def _qcommand(call: Call) -> Json:
    root, body = call.body()
    if not root:
        if len(body) != 1:
            raise bad_format("expected one request object")
        root, body = next(iter(body.items()))
    handler = {"tmmsg_modifytaskreq": schedules.modify, "tmmsg_taskoperationreq": schedules.operate}.get(root.lower())
    if handler is None or not isinstance(body, dict):
        raise bad_format(f"request {root} is not supported")
    return handler(call.world, body, call.is_xml, call.who)


def _put_task(call: Call) -> Json:
    body = call.body()[1]
    return schedules.modify(call.world, body, call.is_xml, call.who)


def _estate(function: Callable[..., Json]) -> Handler:
    return lambda call: function(call.world.estate, call.query)


@dataclass
class Route:
    """A service: method, path below the root (regular expression, any case), XML root of the answer."""

    method: str
    path: re.Pattern[str]
    handler: Handler
    root: str
    public: bool = False


def _route(method: str, path: str, handler: Handler, root: str, public: bool = False) -> Route:
    return Route(method, re.compile(path, re.IGNORECASE), handler, root, public)


CREATED, GENERIC = "TMMsg_CreateTaskResp", "CVGui_GenericResp"
ROUTES = (
    _route("GET", "", lambda _unused: {"message": "The web service is up."}, "App_Ping", public=True),
    _route("POST", "Login", _login, "DM2ContentIndexing_CheckCredentialResp", public=True),
    _route("POST", "RenewLoginToken", lambda c: auth.renew(c.world, c.body()[1]), "App_RenewTokenResp", public=True),
    _route("POST", "Logout", _logout, GENERIC),
    _route("POST", "WhoAmI", _whoami, "CvEntities_ProcessingInstructionInfo"),
    _route("GET", "CommServ", lambda _unused: auth.commserv(), "App_GetCommServInfoResp"),
    _route("GET", "Client", _estate(entities.clients), "App_GetClientPropertiesResponse"),
    _route("GET", r"Client/(\d+)", _client, "App_GetClientPropertiesResponse"),
    _route("GET", r"Client/byName\((.*)\)", _client_by_name, "App_GetClientPropertiesResponse"),
    _route("GET", "VSAClientAndClientGroupList", lambda c: entities.access_nodes(c.world.estate), "App_ClientList"),
    _route("GET", "Agent", _estate(entities.agents), "App_GetAgentPropertiesResponse"),
    _route("GET", "Instance", _estate(entities.instances), "App_GetInstancesResponse"),
    _route("GET", "Backupset", _estate(entities.backupsets), "App_GetBackupsetPropertiesResponse"),
    _route("GET", r"Backupset/(\d+)", lambda c: entities.backupset(c.world.estate, c.number),
           "App_GetBackupsetPropertiesResponse"),
    _route("GET", "Subclient", _estate(entities.subclients), "App_GetSubClientPropertiesResponse"),
    _route("GET", r"Subclient/(\d+)", lambda c: entities.subclient(c.world.estate, c.number),
           "App_GetSubClientPropertiesResponse"),
    _route("POST", r"Subclient/(\d+)/action/backup", _short_backup, CREATED),
    _route("POST", r"Subclient/byName\((.*)\)/action/backup", _short_backup_by_name, CREATED),
    _route("GET", "GetId", _estate(entities.get_id), "App_GetIdResponse"),
    _route("POST", "CreateTask", _create, CREATED),
    _route("GET", "Schedules", lambda c: schedules.listing(c.world, c.query), "TMMsg_GetTaskDetailsListResp"),
    _route("GET", r"Schedules/(\d+)", lambda c: schedules.one(c.world, c.number), "TMMsg_GetTaskDetailResp"),
    _route("POST", "Schedules/task/Action/(Enable|Disable)", _switch, GENERIC),
    _route("PUT", "Task", _put_task, CREATED),
    _route("POST", r"Q[cC]ommand/qoperation[ +]execute", _qcommand, "TMMsg_GenericResp"),
    _route("GET", "Job", lambda c: jobs.listing(c.world, c.query, c.request.headers), "JobManager_JobListResponse"),
    _route("GET", r"Job/(\d+)", lambda c: jobs.one(c.world, c.number), "JobManager_JobListResponse"),
    _route("POST", "Jobs", lambda c: jobs.search(c.world, c.body()[1]), "JobManager_JobListResponse"),
    _route("POST", "JobDetails", lambda c: jobs.details(c.world, c.body()[1]), "JobManager_JobDetailResponse"),
    _route("GET", r"Job/(\d+)/TaskDetails", lambda c: jobs.task_details(c.world, c.number), "TMMsg_GetTaskDetailResp"),
    _route("GET", r"Job/(\d+)/AdvancedDetails", lambda c: jobs.advanced(c.world, c.number, c.query.get("infotype", "")),
           "JobManager_AdvancedJobDetails"),
    _route("POST", r"Job/(\d+)/action/(pause|resume|kill|resubmit)", _act, "JobManager_PerformMultiCellJobOpResp"),
    _route("GET", "Events", lambda c: jobs.events(c.world, c.query.get("jobid", "")), "EvMgr_EventListResponse"),
)  # fmt: skip


def below_root(path: str) -> str | None:
    """The path below one of the vendor's roots, or None."""
    for root in ROOTS:
        if path.lower() == root or path.lower().startswith(root + "/"):
            return path[len(root) :].strip("/")
    return None


def serve(world: World, request: Request, path: str) -> Reply:
    """Answer one request; `path` is what follows the root."""
    found = [(route, match) for route in ROUTES if (match := route.path.fullmatch(path))]
    chosen = next(((route, match) for route, match in found if route.method == request.method), None)
    root = chosen[0].root if chosen else GENERIC
    try:
        public = chosen is not None and chosen[0].public
        user = None if public else auth.require_user(world.users, request)
        if chosen is None:
            status = 405 if found else 404
            raise Refusal(status, status, "The service does not exist." if status == 404 else "Method not allowed.")
        return rendered(request, root, chosen[0].handler(Call(world, request, user, match_groups(chosen[1]))))
    except Refusal as refusal:
        return refused(request, root, refusal)


def match_groups(match: re.Match[str]) -> tuple[str, ...]:
    """The groups of a match; every group of the routes takes part in every match."""
    return tuple(str(group) for group in match.groups())


def rendered(request: Request, root: str, payload: Json, status: int = 200) -> Reply:
    """The payload in the format that the client accepts."""
    if request.wants_json:
        return json_reply(payload, status)
    return Reply(status, xml.render(root, payload), "application/xml; charset=utf-8")


def refused(request: Request, root: str, refusal: Refusal) -> Reply:
    """A refusal in the format that the client accepts; without a code it is the documented bare string."""
    if refusal.code is None:
        reply = Reply(refusal.status, refusal.message.encode(), "application/json; charset=utf-8")
    else:
        payload = {"errorMessage": refusal.message, "errorCode": refusal.code}
        reply = rendered(request, root, payload, refusal.status)
    reply.reason = refusal.reason
    return reply
