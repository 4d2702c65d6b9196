#!/usr/bin/env python
# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the gates that a change must pass: all of them, or those that are named.

A gate that fails does not stop the others, but the run. Static checks come first, side by side where there are several,
and the test suites last, so that a successful run ends with pytest's own closing line. Everything is done below
``.venv``: what a tool leaves in the home directory, it leaves there.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
HOME = VENV / "home"
CACHE = VENV / "cache"
COLLECTIONS = VENV / "collections"
PYPROJECT = ROOT / "pyproject.toml"

OLDEST = "2.16"
NEWEST = "2.21"
# What depends on ansible-core. The longest files first, so that none of them is left for the end.
ANSIBLE_SUITES = ("integration", "unit")

# ansible-test looks for these before it downloads them: the script that installs pip, one version for each core.
PIP_BOOTSTRAPS = ("get_pip_24_2.py", "get_pip_25_2.py")


class GateFailed(Exception):
    """A gate found something; what, it has printed."""


@dataclass(frozen=True)
class Gate:
    """One check: what it is called, what it says, and how it is run."""

    name: str
    summary: str
    run: Callable[[], None]


# --- running tools ---------------------------------------------------------------------------------------------------


def environment(venv: Path = VENV, **extra: str) -> dict[str, str]:
    """Return the environment for tools: that of the caller, with our own PATH and home and nothing of Ansible's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "NIGHTSHIFT_"))}
    kept.pop("PYTHONPATH", None)
    if not sys.stdout.isatty():
        kept["NO_COLOR"] = "1"
    return {
        **kept,
        "PATH": f"{venv / 'bin'}:{os.environ['PATH']}",
        "VIRTUAL_ENV": str(venv),
        "HOME": str(HOME),
        "ANSIBLE_HOME": str(HOME / ".ansible"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(CACHE / "hypothesis"),
        **extra,
    }


def call(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a tool whose output goes to the terminal."""
    sys.stdout.flush()
    if subprocess.run([str(part) for part in command], cwd=cwd, env=env or environment(), check=False).returncode:
        raise GateFailed


def read(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> str:
    """Run a tool and return what it says on standard output."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env or environment(),
        check=False,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        print(done.stdout)
        raise GateFailed
    return done.stdout


@contextmanager
def all_of_it() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Let every part of a gate run, also after one that failed, and fail at the end."""
    failed = False

    @contextmanager
    def part() -> Iterator[None]:
        nonlocal failed
        try:
            yield
        except GateFailed:
            failed = True

    yield part
    if failed:
        raise GateFailed


def source_files() -> list[str]:
    """Return what belongs to the collection: everything that git knows, or would take."""
    listed = read("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


@contextmanager
def copied_tree() -> Iterator[Path]:
    """Give a copy of the collection where Ansible's tools want it.

    They walk through everything below a collection, so the link to the repository would lead them into ``.venv``. Each
    copy is of its own, so two runs do not meet.
    """
    CACHE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tree-", dir=CACHE) as top:
        collection = Path(top, "ansible_collections", "nightshift", "backup")
        for name in source_files():
            target = collection / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
        # ansible-test asks git for the files.
        read("git", "init", "--quiet", cwd=collection)
        yield collection


def in_tree(collection: Path) -> dict[str, str]:
    """Return the environment for tools that look at a copy of the collection."""
    return environment(ANSIBLE_COLLECTIONS_PATH=str(collection.parents[2]))


def prepare_home() -> None:
    """Make the home directory of the tools, in which pip still finds the settings of the user."""
    HOME.mkdir(parents=True, exist_ok=True)
    settings = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "pip"
    for source, link in ((settings, HOME / ".config" / "pip"), (Path.home() / ".pip", HOME / ".pip")):
        if source.is_dir() and not link.is_symlink():
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(source)

    downloads = HOME / ".ansible" / "test" / "cache"
    downloads.mkdir(parents=True, exist_ok=True)
    for name in PIP_BOOTSTRAPS:
        shutil.copy2(ROOT / "scripts" / "get_pip.py", downloads / name)


# --- static checks ---------------------------------------------------------------------------------------------------


def check_format() -> None:
    """Python files look as ruff writes them."""
    call("ruff", "format", "--check", ".")


def check_ruff() -> None:
    """Python files follow the rules in pyproject.toml."""
    call("ruff", "check", ".")


def check_shell() -> None:
    """Shell scripts are free of what shellcheck knows."""
    call("shellcheck", ".ci/run", *(name for name in source_files() if name.endswith(".sh")))


def check_types() -> None:
    """Types hold, by mypy's strict rules."""
    mypy = ("mypy", "--config-file", PYPROJECT, "--cache-dir", CACHE / "mypy")
    with all_of_it() as part:
        for start, what in (
            (COLLECTIONS, "ansible_collections/nightshift/backup/plugins"),
            (COLLECTIONS, "ansible_collections/nightshift/backup/tests/unit"),
            (ROOT / "roles" / "sandbox" / "files" / "src", "nightshift_sandbox"),
            (ROOT / "scripts", "."),
        ):
            with part():
                call(*mypy, what, cwd=start, env=environment(MYPYPATH=str(COLLECTIONS)))


def check_changelog() -> None:
    """Changelog fragments can be read."""
    call("antsibull-changelog", "lint")


def check_ansible_lint() -> None:
    """Roles, playbooks and metadata pass ansible-lint's production profile."""
    with copied_tree() as collection:
        call("ansible-lint", "--offline", "--profile", "production", cwd=collection, env=in_tree(collection))


def check_docs() -> None:
    """The documentation of every plugin can be rendered, and its references lead somewhere."""
    with copied_tree() as collection:
        call(
            "antsibull-docs",
            "lint-collection-docs",
            "--plugin-docs",
            "--skip-rstcheck",
            ".",
            cwd=collection,
            env=in_tree(collection),
        )


# --- what users install ----------------------------------------------------------------------------------------------


def check_artefact() -> None:
    """The built artefact passes Galaxy's own checks, can be installed, and documents every module."""
    with copied_tree() as collection, tempfile.TemporaryDirectory(prefix="artefact-", dir=CACHE) as top:
        call("ansible-galaxy", "collection", "build", "--output-path", top, cwd=collection)
        (artefact,) = Path(top).glob("*.tar.gz")
        call("python", "-m", "galaxy_importer.main", artefact, cwd=Path(top))

        installed = Path(top, "installed")
        env = environment(ANSIBLE_COLLECTIONS_PATH=str(installed))
        call("ansible-galaxy", "collection", "install", "--offline", "-p", installed, artefact, cwd=Path(top), env=env)
        check_documented(installed / "ansible_collections" / "nightshift" / "backup", env)


def check_documented(collection: Path, env: dict[str, str]) -> None:
    """Ask ansible-doc for every module of an installed collection."""
    modules = sorted(f"nightshift.backup.{path.stem}" for path in (collection / "plugins" / "modules").glob("*.py"))
    listed = json.loads(read("ansible-doc", "--list", "--json", "nightshift.backup", cwd=collection, env=env))
    missing = [name for name in modules if not listed.get(name)]
    if missing:
        print("ansible-doc does not list", ", ".join(missing))
        raise GateFailed
    if modules:
        read("ansible-doc", "--json", *modules, cwd=collection, env=env)
    print(f"ansible-doc shows {len(modules)} modules of the installed collection")


def check_sanity() -> None:
    """ansible-test's own checks pass, none of them ignored."""
    run_sanity(VENV)


def check_sanity_newest() -> None:
    """The newest core's checks of modules pass as well."""
    on_core(NEWEST, lambda venv: run_sanity(venv, "--test", "validate-modules"))


def run_sanity(venv: Path, *arguments: str) -> None:
    """Run ansible-test of an environment on a copy of the collection."""
    version = python_version(venv)
    with copied_tree() as collection, (CACHE / f"sanity-{version}.lock").open("w") as lock:
        # ansible-test makes its environments at the first run, and two at a time would make the same one.
        fcntl.flock(lock, fcntl.LOCK_EX)
        sanity = ("ansible-test", "sanity", "--local", "--color", "no", "--python", version)
        call(*sanity, *arguments, cwd=collection, env=environment(venv))


# --- suites of tests -------------------------------------------------------------------------------------------------


def core_venv(core: str) -> Path | None:
    """Return the environment of an ansible-core, if `make env` could make it."""
    venv = ROOT / f".venv-core-{core}"
    return venv if (venv / ".stamp").is_file() else None


def on_core(core: str, work: Callable[[Path], None]) -> None:
    """Do something with the environment of an ansible-core. In CI, a missing one is a failure."""
    venv = core_venv(core)
    if venv is not None:
        work(venv)
        return
    print(f"ansible-core {core} is NOT covered: `make env` found no Python for it.")
    if os.environ.get("CI") == "true":
        raise GateFailed


def python_version(venv: Path) -> str:
    """Return the version of an environment's Python as ansible-test wants it."""
    return read(venv / "bin" / "python", "-c", "import sys; print('{}.{}'.format(*sys.version_info))").strip()


def run_suites(venv: Path, *suites: str) -> None:
    """Run suites of tests with the Python and the ansible-core of an environment."""
    present = [f"tests/{suite}" for suite in suites if (ROOT / "tests" / suite).is_dir()]
    pytest = ("-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
    call(venv / "bin" / "python", *pytest, *present, env=environment(venv))


def check_core(core: str) -> Callable[[], None]:
    """Return the gate that runs what depends on Ansible with another ansible-core than ours."""

    def run() -> None:
        on_core(core, lambda venv: run_suites(venv, *ANSIBLE_SUITES))

    return run


def check_suites() -> None:
    """All other suites pass, and those that depend on Ansible where they have not run on the oldest and the newest."""
    run_suites(VENV, *(() if covered_by_others() else ANSIBLE_SUITES), "faults", "sandbox")


def covered_by_others() -> bool:
    """Tell whether other environments run what depends on Ansible, on either side of ours."""
    return all(core_venv(core) for core in (OLDEST, NEWEST))


STATIC = (
    # The longest first, so that the others are done beside it.
    Gate("sanity", "ansible-test sanity, nothing ignored", check_sanity),
    Gate("format", "ruff: the format of Python files", check_format),
    Gate("ruff", "ruff: the rules for Python files", check_ruff),
    Gate("shell", "shellcheck: shell scripts", check_shell),
    Gate("types", "mypy: strict types of plugins, sandbox and scripts", check_types),
    Gate("changelog", "antsibull-changelog: fragments", check_changelog),
    Gate("ansible-lint", "ansible-lint: production profile", check_ansible_lint),
    Gate("docs", "antsibull-docs: documentation of plugins", check_docs),
    Gate("artefact", "galaxy-importer and ansible-doc: the built artefact", check_artefact),
    Gate("sanity-newest", f"ansible-test validate-modules of ansible-core {NEWEST}", check_sanity_newest),
)
TESTS = (
    Gate("core-oldest", f"pytest: unit and integration tests on ansible-core {OLDEST}", check_core(OLDEST)),
    Gate("core-newest", f"pytest: unit and integration tests on ansible-core {NEWEST}", check_core(NEWEST)),
    Gate("suites", "pytest: the sandbox and the campaigns, and what another core could not run", check_suites),
)
GATES = (*STATIC, *TESTS)
LINT = ("format", "ruff", "shell", "types", "changelog", "ansible-lint")


def run_gate(gate: Gate) -> bool:
    """Run one gate under its header and say how long it took."""
    print(f"\n== {gate.name} · {gate.summary}")
    start = time.monotonic()
    try:
        gate.run()
    except GateFailed:
        print(f"-- {gate.name} FAILED after {time.monotonic() - start:.1f} s")
        return False
    # pytest closes with its own line, which says the same and shall stay the last one.
    if gate.run is not check_suites:
        print(f"-- {gate.name} passed in {time.monotonic() - start:.1f} s")
    return True


def run_side_by_side(gates: Sequence[Gate]) -> list[Gate]:
    """Run gates two at a time, show what each says when it has ended, and return those that failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for gate, done in zip(gates, pool.map(run_apart, gates), strict=True):
            print(done.stdout, end="", flush=True)
            if done.returncode:
                failed.append(gate)
    return failed


def run_apart(gate: Gate) -> subprocess.CompletedProcess[str]:
    """Run a gate in a process of its own."""
    command = [sys.executable, __file__, gate.name]
    return subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def covered_cores() -> str:
    """Return which ansible-cores the tests run on."""
    cores = [(OLDEST, core_venv(OLDEST)), (NEWEST, core_venv(NEWEST))]
    if not covered_by_others():
        cores.append(("2.19", VENV))
    return "ansible-core " + ", ".join(
        f"{core} (Python {python_version(venv)})" if venv else f"{core} (NOT covered)" for core, venv in cores
    )


def main() -> int:
    """Run what was asked for and return the exit status."""
    parser = argparse.ArgumentParser(description="Run the gates that a change must pass.")
    parser.add_argument("names", nargs="*", metavar="GATE", help=", ".join(["lint", *(gate.name for gate in GATES)]))
    wanted: Sequence[str] = [
        name for given in parser.parse_args().names for name in (LINT if given == "lint" else (given,))
    ]
    unknown = set(wanted) - {gate.name for gate in GATES}
    if unknown:
        parser.error(f"there is no gate {', '.join(sorted(unknown))}")

    prepare_home()
    chosen = [gate for gate in GATES if not wanted or gate.name in wanted]
    static = [gate for gate in chosen if gate in STATIC]
    failed = run_side_by_side(static) if len(static) > 1 else [gate for gate in static if not run_gate(gate)]
    for gate in chosen:
        if gate in static:
            continue
        if gate.run is check_suites:
            print(f"\nTests run on {covered_cores()}.")
        if not run_gate(gate):
            failed.append(gate)
    if failed:
        print(f"\nFAILED: {', '.join(gate.name for gate in failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
