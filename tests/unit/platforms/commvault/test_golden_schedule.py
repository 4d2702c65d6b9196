# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The XML page's sample of a schedule comes out of options that a play can give, leaf by leaf."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ansible_collections.nightshift.backup.plugins.module_utils.model.levels import Level
from ansible_collections.nightshift.backup.plugins.module_utils.model.pattern_options import read_pattern
from ansible_collections.nightshift.backup.plugins.module_utils.model.schedule import ScheduleRequest
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.schedule_body import create_step
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.targets import parse_targets
from ansible_collections.nightshift.backup.plugins.module_utils.platforms.commvault.xml_reader import parse_xml
from ansible_collections.nightshift.backup.tests.unit.platforms.commvault.samples import FIXTURES

ROOT = "TMMsg_CreateTaskReq/taskInfo/"
TARGET = {"client": "client001", "client_id": 89, "app": "Virtual Server", "app_id": 106, "instance": "VMware",
          "instance_id": 100, "backupset": "defaultBackupSet", "backupset_id": 190, "subclient": "default",
          "subclient_id": 11}  # fmt: skip
SAMPLE = ScheduleRequest(
    name="test_schedule_1",
    targets=parse_targets([TARGET]),
    level=Level.INCREMENTAL,
    pattern=read_pattern(
        {
            "frequency": "weekly",
            "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "at": "21:00",
            "start_date": "2016-05-03",
            "description": "Every week on Monday,Tuesday,Wednesday,Thursday,Friday at 9:00 PM starting May 2, 2016 ",
            "calendar": "standard",
            "calendar_id": 1,
            "timezone": "(UTC) Coordinated Universal Time",
            "timezone_id": 100,
        }
    ),
    options={
        "wire_format": "xml",
        "task": {"sequence_number": 10},
        "virtual_server": {"backup_failed_vms_only": False},
        "backup_options": {
            "collect_meta_info": True,
            "do_not_truncate_log": False,
            "inc_level": "before_synth",
            "run_incremental_backup": True,
            "sybase_skip_full_after_log_backup": False,
            "truncate_logs_on_source": False,
        },
        "data_options": {
            "create_new_index": True,
            "enforce_transaction_log_usage": False,
            "follow_mount_points": True,
            "skip_consistency_check": False,
        },
    },
)


def test_the_sample_of_a_schedule() -> None:
    call = create_step(SAMPLE, enabled=True).wire
    assert (call.method, call.path, call.content_type) == ("POST", "CreateTask", "application/xml")
    sent = leaves(parse_xml(call.body or b""))
    sample = leaves(parse_xml((FIXTURES / "create-task-xml-page-schedule.xml").read_bytes()))
    # The sample leaves attributes empty where we leave them out, but for the type of the entity, which is known.
    expected = {way: value for way, value in sample.items() if value}
    assert sent.pop(ROOT + "associations@_type_") == "SUBCLIENT_ENTITY"
    level = ROOT + "subTasks/options/backupOpts@backupLevel"
    assert sent.pop(level) == expected.pop(level).upper()
    assert sent == expected


def test_every_documented_parameter_of_a_schedule_is_seen_on_the_wire() -> None:
    request = ScheduleRequest(
        name="n", targets=SAMPLE.targets, level=Level.FULL, pattern=SAMPLE.pattern, alert={"id": 1, "name": "a"}
    )
    info = create_step(request, enabled=True).body
    assert isinstance(info, dict)
    assert info["taskInfo"]["task"]["alert"] == {"alertId": 1, "alertName": "a"}
    assert info["taskInfo"]["task"]["taskType"] == 2
    assert info["taskInfo"]["subTasks"][0]["subTask"]["subTaskName"] == "n"


def leaves(element: Element, way: str = "") -> dict[str, str]:
    here = f"{way}/{element.tag}".lstrip("/")
    found = {f"{here}@{name}": value for name, value in element.attrib.items()}
    if (element.text or "").strip():
        found[here] = (element.text or "").strip()
    for child in element:
        found.update(leaves(child, here))
    return found
