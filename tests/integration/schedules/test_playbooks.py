# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real playbooks: bad input as YAML delivers it, the same result in both places, and the examples of the docs."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from ansible_collections.nightshift.backup.plugins.modules import backup_schedule, backup_schedule_info
from ansible_collections.nightshift.backup.tests.integration.controller.conftest import (
    HERE,
    THERE,
    Controller,
    comparable,
)
from ansible_collections.nightshift.backup.tests.integration.schedules.conftest import Plays

MODULE = "nightshift.backup.backup_schedule"
# Unquoted times must reach Ansible as people write them, so these are texts and no data.
BAD: dict[str, tuple[str, str]] = {
    "evening": ("frequency: daily, at: 21:00", 'write it in quotes: at: "21:00"'),
    "morning": ("frequency: daily, at: 9:30", 'write it in quotes: at: "09:30"'),
    "seconds": ("frequency: daily, at: 4:00:00", 'write it in quotes: at: "04:00:00"'),
    "until": ('frequency: daily, at: "08:00", repeat_every: 4h, repeat_until: 20:00', 'repeat_until: "20:00"'),
    "day 31": ('frequency: monthly_relative, day_of_month: 31, at: "21:00"', "use week and day, or frequency monthly"),
    "never": ('frequency: daily, every: 0, at: "21:00"', "pattern.every is 0; allowed is a whole number of at least 1"),
    "weekday": ('frequency: weekly, days: [mondai], at: "21:00"', "Did you mean monday?"),
    "endless": ('frequency: daily, at: "21:00", repeat_every: 4h', "pattern.repeat_every needs pattern.repeat_until"),
    "backwards": (
        'frequency: daily, at: "21:00", start_date: 2027-02-01, end_date: 2027-01-01',
        "pattern.end_date (2027-01-01) is before pattern.start_date (2027-02-01)",
    ),
    "window": (
        'frequency: daily, at: "21:00", repeat_every: 1h, repeat_until: "20:00"',
        'pattern.repeat_until (20:00) is before pattern.at (21:00)',
    ),
    "zone": ('frequency: daily, at: "21:00", timezone: Europe/Berlim', "Amsterdam, Berlin, Bern"),
    "unused": ('frequency: daily, at: "21:00", days: [monday]', "use frequency weekly"),
    "unknown": ('frequency: daily, att: "21:00"', "Did you mean at?"),
    "duration": ("frequency: daily, at: '21:00', repeat_every: 4:00:00, repeat_until: '23:00'", "4h"),
    "frequency": ("at: '21:00'", "pattern.frequency is missing"),
}  # fmt: skip


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> Controller:
    return Controller(tmp_path_factory.mktemp("controller"))


def environment(plays: Plays) -> dict[str, str]:
    return {"NIGHTSHIFT_TOKEN": plays.connection["token"], "COMMVAULT_TOKEN": plays.connection["token"]}


def defaults(plays: Plays) -> dict[str, Any]:
    kept = {key: plays.connection[key] for key in ("platform", "url", "ca_path")}
    return {"group/nightshift.backup.all": kept}


def test_bad_input_is_refused_in_one_sentence_without_a_request(controller: Controller, plays: Plays) -> None:
    head = {"hosts": HERE, "gather_facts": False, "ignore_errors": True, "module_defaults": defaults(plays)}
    tasks = [
        f"""
    - name: {name}
      {MODULE}:
        name: bad
        level: full
        targets: [{{client: web01, backupset: defaultBackupSet, subclient: www}}]
        pattern: {{{pattern}}}"""
        for name, (pattern, _words) in BAD.items()
    ]
    play = yaml.safe_dump([head]) + "  tasks:" + "".join(tasks) + "\n"
    since = plays.next_index
    outcome = controller.run(play, env=environment(plays))
    assert plays.next_index == since
    for name, (_pattern, words) in BAD.items():
        result = outcome.of(name)
        assert result["ending"] == "failed"
        assert words in result["msg"], name
        assert result["error"]["kind"] == "invalid"
        assert "\n" not in result["msg"]


def test_both_places_give_the_same(controller: Controller, plays: Plays) -> None:
    given: dict[str, Any] = {
        "name": "in both places",
        "level": "full",
        "targets": [{"client": "web01", "app": "File System", "backupset": "defaultBackupSet", "subclient": "www"}],
        "pattern": {"frequency": "daily", "at": "21:00", "start_date": "2030-01-01", "timezone": "Europe/Berlin"},
    }
    later = {**given, "pattern": {**given["pattern"], "at": "22:00"}, "enabled": False}
    steps: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("make", given, {}),
        ("change", later, {"diff": True, "check_mode": True}),
        ("read", {"names": ["in both places"], "portable": True}, {}),
        ("bad", {**given, "pattern": {"frequency": "daily", "at": 1260}}, {}),
        ("remove", {**given, "state": "absent"}, {}),
    ]
    tasks = [
        {"name": name, MODULE + ("_info" if name == "read" else ""): arguments, **keywords}
        for name, arguments, keywords in steps
    ]
    outcome = controller.run(tasks, serial=1, module_defaults=defaults(plays), env=environment(plays))
    results = [
        {name: _without_ids(comparable(outcome.of(name, host))) for name, *_rest in steps} for host in (HERE, THERE)
    ]
    assert results[0] == results[1]
    changed = {name: outcome.of(name)["changed"] for name, *_rest in steps}
    assert changed == {"make": True, "change": True, "read": False, "bad": False, "remove": True}
    assert outcome.of("make")["next_runs"][0]["at"] == "2030-01-01T21:00:00+01:00"


def _without_ids(result: Any) -> str:
    return re.sub(r'"?\b(3\d{4}|6\d{3}|8\d{4})\b"?|"GUID": "[^"]*"', "ID", json.dumps(result, sort_keys=True))


@pytest.mark.parametrize("module", [backup_schedule, backup_schedule_info])
def test_the_examples_of_the_documentation_run(controller: Controller, plays: Plays, module: Any) -> None:
    ready = plays.sandbox.ready
    text = module.EXAMPLES.replace("https://commserve.example.com/commandcenter/api", plays.connection["url"])
    text = text.replace("https://storware.example.com:8181/api", ready["storware_url"]).replace("ansible\n", "admin\n")
    tasks = yaml.safe_load(text)
    outcome = controller.run(
        tasks,
        hosts=HERE,
        ignore_errors=False,
        module_defaults=defaults(plays),
        env=environment(plays),
        vars={"storware_password": ready["password"]},
    )
    assert outcome.code == 0, outcome.stdout
    for task in tasks:
        own = [key for key in task if key.startswith("nightshift.")]
        assert outcome.of(task["name"])["changed"] is (own == [MODULE])
