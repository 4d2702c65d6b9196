# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are looked for everywhere, after runs in which servers repeat whatever they were told."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from .conftest import Trust
from .harness import HERE, REMOTE, THERE, Outcome, Places, Watched
from .servers import Listener, Parrot, closing
from .tasks import COMMVAULT, MODULES, STORWARE, task

# Each way of giving a secret has secrets of its own, so that a leak tells where it came from.
PASSWORDS = {
    "environment": 'Env-9 $HOME "q" \\n {{ 7 * 7 }} ü€',
    "vault": "Vault  two blanks\tand % 'it' <b>z</b>",
    "vars file": "Vars&amp;4711/+?# \\\\ end\n",
}
TOKENS = {
    "commvault": {
        "environment": "QSDK e0e0cafe4711d00dfeed",
        "vault": "f1f1beef5822c0dedead",
        "vars file": "Bearer eyJh/b+c.d2d2==.Zm9vYmFy",
    },
    "storware": {
        "environment": "SESSION=e3e3babe9/8+7==; ROUTE=r3r3node77",
        "vault": "SESSION=f4f4face6b5a4938",
        "vars file": "SESSION=d5d5fade0123abcd; XSRF=x5x5ample99",
    },
}
SOURCES = list(PASSWORDS)
REDIRECTS = ("moved", "found", "plain")
# Modules take turns: of each row, each meets one. The second has more, so that they do not always meet the same two.
FAILURES = (("refuse", "deny", "page"), ("torn", "broken", *REDIRECTS))


def variable(source: str, kind: str) -> str:
    """Return the name of the variable that holds a secret."""
    return f"{kind}_of_{source.replace(' ', '_')}"


def variables(source: str) -> dict[str, str]:
    """Return everything that is given in one way."""
    tokens = {variable(source, platform): TOKENS[platform][source] for platform in TOKENS}
    return {variable(source, "password"): PASSWORDS[source], **tokens}


def credentials(source: str, platform: str, *, by_token: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options and the keywords by which a task is given its secrets in one way."""
    if source == "environment":
        token = {"NIGHTSHIFT_TOKEN": f"{{{{ lookup('env', '{variable(source, platform).upper()}') }}}}"}
        return {}, {"environment": token} if by_token else {}
    kind = platform if by_token else "password"
    secret = f"{{{{ {variable(source, kind)} }}}}"
    return {"token": secret} if by_token else {"username": "somebody", "password": secret}, {}


@dataclass
class Ran:
    """What the tests look at."""

    outcome: Outcome
    places: Places
    parrot: Parrot
    elsewhere: Listener
    names: dict[str, tuple[str, str]]
    left_behind: list[str]
    key_line: str

    def secrets(self) -> dict[str, str]:
        """Return all secrets of the run by name."""
        tokens = {f"{platform} token by {name}": one for platform in TOKENS for name, one in TOKENS[platform].items()}
        parts = {
            f"{name}, part {index}": value
            for name, token in tokens.items()
            for index, pair in enumerate(token.split("; "))
            for value in [pair.partition("=")[2] if "SESSION" in token else pair.rpartition(" ")[2]]
        }
        passwords = {f"password by {name}": one for name, one in PASSWORDS.items()}
        fresh = {f"fresh token {index}": one for index, one in enumerate(self.parrot.tokens)}
        return {**tokens, **parts, **passwords, **fresh, "key": self.key_line}


def hostile(parrot: Parrot) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield module, way and task: each module succeeds, fails in two ways, and gets its secrets in several."""
    turn = itertools.count()
    for platform, modules in (("commvault", COMMVAULT), ("storware", STORWARE)):
        for (index, module), ways in itertools.product(enumerate(modules), (*FAILURES, ("data",))):
            number = next(turn)
            way = "deny" if module == "session" and ways is FAILURES[0] else ways[index % len(ways)]
            by_token = module != "session" and way != "deny" and index % 2 == 0
            source = SOURCES[number % len(SOURCES)]
            given, keywords = credentials(source, platform, by_token=by_token)
            name = f"{platform} {module} {way} by {source}"
            connection = {"platform": platform, "url": parrot.root(way, platform)}
            register = {"register": f"seen_{number}"} if module != "session" else {}
            yield module, way, task(name, module, {**connection, **modules[module], **given}, **keywords, **register)


def misplaced(parrot: Parrot, trusted: Trust) -> list[dict[str, Any]]:
    """Return tasks in which secrets stand where they do not belong."""
    url = parrot.root("data", "commvault")
    password = f"{{{{ {variable('vault', 'password')} }}}}"
    options = {"platform": "commvault", "url": url, "username": "somebody", "password": password}
    key = f"{{{{ lookup('file', '{trusted.client_key}') }}}}"
    in_url = f"https://somebody:{{{{ {variable('vault', 'password')} | urlencode }}}}@127.0.0.1/api"
    nobodys = f"{{{{ {variable('vault', 'commvault')} }}}}"
    schedule = {"name": "nightly", "level": "full", "targets": COMMVAULT["backup_task"]["targets"]}
    pattern = {"frequency": "daily", "at": "21:00"}
    scope = {"name": "*", "targets": [{"client": "files01", "pasword": nobodys}]}
    tasks = [
        task("misspelt in an entry", "backup_schedules", {**options, "schedules": [{**schedule, "pasword": nobodys}]}),
        task("misspelt in a scope", "backup_schedules", {**options, "schedules": [schedule], "scope": scope}),
        task(
            "misspelt in a pattern",
            "backup_schedule",
            {**options, **schedule, "pattern": {**pattern, "pasword": nobodys}},
        ),
        task("misspelt", "task_info", {**options, "pasword": nobodys}),
        task("misspelt deep", "backup_task", {**options, **COMMVAULT["backup_task"], "commvault": {"key": password}}),
        task("key for its file", "task_info", {**options, "client_key": key, "client_cert": str(trusted.client_cert)}),
        task("in the url", "task_info", {**options, "url": in_url}),
        task("as a number", "task_info", {**options, "timeout": password}),
        task("as a choice", "task_info", {**options, "direction": password}),
        task("as a name", "backup_schedule_info", {**options, "names": [password]}),
    ]
    return [{**one, "register": f"seen_misplaced_{number}"} for number, one in enumerate(tasks)]


def dump() -> dict[str, Any]:
    """Return a task that shows everything that was registered, as a play may."""
    registered = "{{ query('vars', *query('varnames', '^seen_')) | to_json }}"
    return {"name": "dump", "ansible.builtin.debug": {"msg": registered}}


def shipped(tasks: list[tuple[str, str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return for each module one task that gets an answer and one that is refused, on either of the other hosts."""
    chosen: dict[tuple[str, bool], dict[str, Any]] = {}
    for module, way, one in tasks:
        chosen.setdefault((module, way == "data"), one)
    # A session comes first, so that its token is met by the connection that shows most.
    hosts = itertools.cycle((REMOTE, THERE))
    return [
        {**one, "when": f"inventory_hostname == '{host}'"} for one, host in zip(chosen.values(), hosts, strict=False)
    ]


@pytest.fixture(scope="module")
def ran(watched: Watched, trusted: Trust) -> Iterator[Ran]:
    elsewhere = Listener()
    parrot = Parrot(trusted.authority, elsewhere.address)
    tasks = list(hostile(parrot))
    files = {"client_cert": str(trusted.client_cert), "client_key": str(trusted.client_key)}
    defaults = {
        "group/nightshift.backup.all": {"ca_path": str(trusted.ca_path), "retries": 0, **files},
    }
    play = {
        "gather_facts": False,
        "ignore_errors": True,
        "module_defaults": defaults,
        "vars_files": [str(watched.vars_file("vars.yml", variables("vars file")))],
    }
    first = [one for _module, _way, one in tasks]
    plays = [
        {"hosts": HERE, **play, "tasks": [*first, *misplaced(parrot, trusted), dump()]},
        {"hosts": f"{THERE}:{REMOTE}", "strategy": "free", **play, "tasks": [*shipped(tasks), dump()]},
    ]
    given = variables("environment")
    environment = {name.upper(): value for name, value in given.items()}
    environment |= {"NIGHTSHIFT_USERNAME": "somebody", "NIGHTSHIFT_PASSWORD": PASSWORDS["environment"]}
    with closing(parrot, elsewhere):
        vault = watched.vault("vault.yml", variables("vault"))
        outcome, places = watched.run(
            plays, "-e", f"@{vault}", "--vault-password-file", str(vault.parent / "vault-password"), env=environment
        )
        names = {one["name"]: (module, way) for module, way, one in tasks}
        yield Ran(outcome, places, parrot, elsewhere, names, watched.left_behind(), trusted.key_line)


def test_no_secret_is_anywhere(ran: Ran) -> None:
    assert ran.places.leaks(ran.secrets()) == []


def test_it_was_looked_for_in_what_was_really_said(ran: Ran) -> None:
    # A search that finds nothing must be able to find something.
    found = Places({"x": "the 5822c0dedead end", "y": json.dumps([PASSWORDS["vault"]])}).leaks(ran.secrets())
    assert [line.split(":")[0] for line in found] == [
        "commvault token by vault in x",
        "commvault token by vault, part 0 in x",
        "password by vault in y",
    ]
    places = ran.places.texts
    assert all(any(name in place for place in places) for name in ("ansible.log", "journal", "inventory.yml"))
    assert "ansible-playbook" in places["command lines"]
    assert "********" in places["stdout"]


def test_every_module_ran_in_both_places(ran: Ran) -> None:
    done = {
        (ran.names[name][0], host)
        for (name, host), result in ran.outcome.results.items()
        if name in ran.names and result["ending"] != "skipped"
    }
    assert {module for module, host in done if host == HERE} == set(MODULES)
    assert {module for module, host in done if host != HERE} == set(MODULES)
    ways = {
        (module, way == "data")
        for name, (module, way) in ran.names.items()
        for host in (THERE, REMOTE)
        if ran.outcome.results.get((name, host), {}).get("ending", "skipped") != "skipped"
    }
    assert ways == {(module, answered) for module in MODULES for answered in (True, False)}
    assert {ran.outcome.of("dump", host)["ending"] for host in (HERE, THERE, REMOTE)} == {"ok"}


def test_the_servers_got_what_they_repeat(ran: Ran) -> None:
    for name, (module, way) in ran.names.items():
        result = ran.outcome.of(name)
        if module != "session":
            # A start's answer, say, is not what these words can stand for.
            assert way == "data" or result["ending"] == "failed", name
        if way != "data" and module != "session":
            assert result["error"]["kind"] in ("authentication", "forbidden", "server", "protocol"), (name, result)
            assert "********" in result["msg"] or way in ("torn", *REDIRECTS), (name, result)


@pytest.mark.parametrize("host", [HERE, THERE])
def test_what_a_server_repeats_in_a_success_is_taken(ran: Ran, host: str) -> None:
    modules = (module for module in COMMVAULT if module not in ("backup_task", "protection_info"))
    found = {module: ran.outcome.of(f"commvault {module} data by vars file", host) for module in modules}
    assert {module: result["ending"] for module, result in found.items()} == dict.fromkeys(found, "ok")
    changed = [module for module, result in found.items() if result["changed"]]
    assert changed == ["backup_schedule", "backup_schedules", "task_state"]
    for module in ("backup_schedule", "backup_schedule_info", "task_info", "task_state"):
        assert "********" in json.dumps(found[module]), module


def test_a_redirect_is_never_followed(ran: Ran) -> None:
    assert ran.elsewhere.connections == 0
    asked = [(method, path) for way, method, path in ran.parrot.heard if way in REDIRECTS]
    assert asked
    starts = [path for method, path in asked if path.endswith(("CreateTask", "tasks/export")) and method == "POST"]
    assert starts == []


@pytest.mark.parametrize(
    "name",
    [
        "misspelt",
        "misspelt deep",
        "misspelt in an entry",
        "misspelt in a scope",
        "misspelt in a pattern",
        "key for its file",
        "in the url",
        "as a number",
    ],
)
def test_a_misplaced_secret_is_refused_and_not_repeated(ran: Ran, name: str) -> None:
    result = ran.outcome.of(name)
    assert (result["ending"], result["error"]["kind"]) == ("failed", "invalid")
    assert "Traceback" not in str(result)


def test_nothing_is_left_in_temporary_folders(ran: Ran) -> None:
    assert ran.left_behind == []
