# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The requests of the vendor's pages go over the wire in one request each, and their answers are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.field_types import Kind, Scope
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.fields import BY_WIRE
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.xml import decode

from .support import REPOSITORY, Module, Ran, Sandbox

FIXTURES = REPOSITORY / "tests" / "unit" / "fixtures" / "commvault"
BACKUP = "subTasks[]/options/backupOpts/"
# What may be sent although a page does without it.
ALWAYS = {"associations[]/_type_", "task/policyType", "task/initiatedFrom", "task/taskFlags/disabled"}


def ways(tree: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each leaf below ``taskInfo`` by the way that the field table gives it."""
    for name, value in tree.items():
        if isinstance(value, list):
            for entry in value:
                yield from ways(entry, f"{prefix}{name}[]/")
        elif isinstance(value, Mapping):
            yield from ways(value, f"{prefix}{name}/")
        else:
            yield f"{prefix}{name}", value


def options_for(sample: Mapping[str, Any], meant: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return target and options that a play gives to get ``sample``, with the values of ``meant`` for place holders."""
    target: dict[str, Any] = {}
    options: dict[str, Any] = {}
    platform: dict[str, Any] = options.setdefault("commvault", {})
    for wire, value in ways(sample):
        field = BY_WIRE[wire]
        given = meant.get(wire, f"{value}s" if field.kind is Kind.DURATION else value)
        if field.scope is Scope.FIXED or wire == "associations[]/_type_":
            continue
        here = {Scope.TARGET: target, Scope.PLATFORM: platform}.get(field.scope, options)
        for step in field.option[:-1]:
            here = here.setdefault(step, {})
        here[field.option[-1]] = given
    return target, options


def send(backup: Module, sandbox: Sandbox, sample: Mapping[str, Any], **meant: Any) -> tuple[Ran, Mapping[str, Any]]:
    """Send ``sample``, make sure that exactly its leaves arrived in exactly one request, and return what arrived."""
    target, options = options_for(sample, meant)
    form = {"enum_format": meant.get("enum_format"), "wire_format": meant.get("wire_format")}
    options["commvault"] = {**options["commvault"], **{name: word for name, word in form.items() if word}}
    sandbox.reset()
    ran = backup.plain(target, **options).good()
    (request,) = sandbox.log()
    body = request["body"] if isinstance(request["body"], dict) else decode(request["body"].encode())
    sent, documented = {way for way, _value in ways(body["taskInfo"])}, {way for way, _value in ways(sample)}
    assert documented - sent == set()
    assert sent - documented <= ALWAYS
    assert ran.outcomes == ["started"]
    assert re.fullmatch(r"\d+", ran.row["task_id"])
    assert all(re.fullmatch(r"\d+", job_id) for job_id in ran.row["job_ids"])
    return ran, body["taskInfo"]


def page(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / name).read_text())["taskInfo"]
    return found


def entity(sandbox: Sandbox, **names: str) -> dict[str, Any]:
    """Return the values that the sandbox knows for a target, by the way that they are sent."""
    found = sandbox.get("GetId", **names)
    return {f"associations[]/{name}": value for name, value in found.items()}


def test_the_json_page(backup: Module, sandbox: Sandbox) -> None:
    meant = {
        **entity(sandbox, clientname="client001", agent="File System", backupset="projects"),
        f"{BACKUP}backupLevel": "synthetic_full",
        f"{BACKUP}mediaOpt/retentionJobType": "storage_policy_default",
        "task/initiatedFrom": "gui",
        # A disabled task starts nothing, and this one is to be started.
        "task/taskFlags/disabled": False,
    }
    ran, _sent = send(backup, sandbox, page("create-task-json-page.json"), **meant, enum_format="number")
    assert len(ran.row["job_ids"]) == 3


def test_the_xml_page(backup: Module, sandbox: Sandbox) -> None:
    text = (FIXTURES / "create-task-xml-page-immediate.xml").read_bytes().replace(b"subbclientName", b"subclientName")
    meant = {
        f"{BACKUP}backupLevel": "full",
        f"{BACKUP}mediaOpt/retentionJobType": "storage_policy_default",
        "task/initiatedFrom": "commandline",
    }
    sample = decode(text)["taskInfo"]
    ran, sent = send(backup, sandbox, sample, **meant, wire_format="xml")
    assert len(ran.row["job_ids"]) == 1
    assert sent["associations"] == sample["associations"]
    assert sent["subTasks"][0]["options"]["commonOpts"] == sample["subTasks"][0]["options"]["commonOpts"]


def test_the_postgresql_page(backup: Module, sandbox: Sandbox) -> None:
    names = {"clientname": "pgsql01", "agent": "PostgreSQL", "instanceName": "main"}
    meant = {
        **entity(sandbox, **names, backupset="FSBasedBackupSet", subclient="default"),
        f"{BACKUP}backupLevel": "incremental",
    }
    ran, sent = send(backup, sandbox, page("postgresql-page.json"), **meant)
    assert len(ran.row["job_ids"]) == 1
    assert sent["associations"][0]["applicationId"] == 125


def test_the_salesforce_page(backup: Module, sandbox: Sandbox) -> None:
    names = {"clientname": "salesforce-prod", "agent": "Cloud Apps", "instanceName": "salesforce-prod"}
    meant = {**entity(sandbox, **names, backupset="Accounts"), f"{BACKUP}backupLevel": "incremental"}
    ran, sent = send(backup, sandbox, page("salesforce-page.json"), **meant, enum_format="number")
    assert len(ran.row["job_ids"]) == 2
    assert sent["subTasks"][0]["options"]["backupOpts"]["backupLevel"] == 2
