# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What has to be known of Ansible's inside to run a module's flow on the controller.

Together with ``action_base.py`` this is the only place that knows it. Every function here works on all supported
cores, and says where they differ.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common import json as core_json
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.errors import UnsupportedError
from ansible.utils.display import Display
from ansible_collections.nightshift.backup.plugins.module_utils.api.connection import FILES, content_problem
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import only_known, unusable
from ansible_collections.nightshift.backup.plugins.module_utils.results import secrets_of, without_secrets
from ansible_collections.nightshift.backup.plugins.module_utils.runner import EntryPoint

OWN_PREFIX = "NIGHTSHIFT_"
PROGRESS_VARIABLE = f"{OWN_PREFIX}PROGRESS"

# Callbacks whose output programs read. They write to stdout and progress goes to stderr, but people join the two.
_MACHINE_READ_CALLBACKS = ("json", "jsonl", "oneline", "tree")


def plain_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``arguments`` as the plain JSON that a module would receive, made by the running core's own encoder.

    Values from ``!vault`` become text and unquoted dates become ISO 8601. Raises ``TypeError`` for what no module
    could be given.
    """
    try:
        return _plain_arguments(arguments)
    except RecursionError:
        raise TypeError(unusable(arguments, {}) or "they are nested too deeply.") from None


def _plain_arguments(arguments: Mapping[str, Any]) -> dict[str, Any]:
    if hasattr(core_json, "get_module_encoder"):
        encoder = core_json.get_module_encoder("legacy", core_json.Direction.CONTROLLER_TO_MODULE)
        text = json.dumps(dict(arguments), cls=encoder)
    else:
        # Before 2.19 vaulted values are objects of their own until an encoder is told to decrypt them.
        text = json.dumps(dict(arguments), cls=core_json.AnsibleJSONEncoder, vault_to_text=True)
    return dict(json.loads(text))


@contextmanager
def environment_of_task(variables: Mapping[str, str]) -> Iterator[None]:
    """Lay ``variables`` over ``os.environ``, and put everything back: one worker runs all items of a loop."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def ending_with_parent(interval: float = 0.1) -> Iterator[None]:
    """End this worker when the controller's process has ended, so that no worker lingers in a long wait.

    It looks often: what an orphan still starts, a run that repairs the broken one might start as well.

    Before 2.19 a controller that is terminated leaves its workers behind, as any that is killed does. Nobody is left
    to tell, so the process ends at once, as newer cores end their workers.
    """
    parent, over = os.getppid(), threading.Event()

    def watch() -> None:
        while not over.wait(interval):
            if os.getppid() != parent:
                os._exit(1)

    # A thread inherits what its maker blocks. A signal that it took would not wake the main thread from a sleep.
    unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    threading.Thread(target=watch, name="ends with its parent", daemon=True).start()
    signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
    try:
        yield
    finally:
        over.set()


def is_own_interpreter(interpreter: object) -> bool:
    """Tell whether a module with this ``ansible_python_interpreter`` would run on the Python that runs this.

    A virtual environment is known by its directory: resolving its ``python`` leads to the system's.
    """
    if not isinstance(interpreter, str) or not interpreter.strip() or interpreter.strip().startswith("auto"):
        return True
    path, own = Path(interpreter.strip()).expanduser().absolute(), Path(sys.executable).absolute()
    return path.parent.resolve() == own.parent.resolve() and path.resolve() == own.resolve()


def configured_interpreter(host_variables: Mapping[str, Any]) -> object:
    """Return the Python that Ansible would use for the host, not yet templated: variable, environment or setting."""
    return constants.config.get_config_value("INTERPRETER_PYTHON", variables=host_variables)


def wants_invocation(host_variables: Mapping[str, Any]) -> bool:
    """Tell whether results repeat the arguments. Newer cores have a setting for it, older ones always did."""
    try:
        return bool(constants.config.get_config_value("INJECT_INVOCATION", variables=host_variables))
    except AnsibleError:
        return True


@dataclass(frozen=True)
class Checked:
    """Validated arguments: ``problem`` is empty, or says in one sentence what does not fit (without secrets)."""

    params: dict[str, Any]
    secrets: tuple[str, ...]
    problem: str


def validate(entry: EntryPoint, arguments: Mapping[str, Any], action: str) -> Checked:
    """Validate ``arguments`` as a module called ``action`` would.

    Not by ``ActionBase.validate_argument_spec``, whose messages may hold secrets.
    """
    flaw = unusable(arguments, entry.argument_spec)
    if flaw:
        # Nothing of the arguments is shown, so there is nothing to mask.
        return Checked({}, (), flaw)
    outcome = ArgumentSpecValidator(entry.argument_spec, **entry.constraints).validate(dict(arguments))
    secrets = secrets_of(arguments, _marked_values(outcome))
    # Where the content of a file stands for its name, it must not even travel to another host.
    problem = next(filter(None, (content_problem(option, arguments.get(option)) for option in FILES)), "")
    if outcome.error_messages:
        problem = str(outcome.errors.msg)
        if isinstance(outcome.errors[0], UnsupportedError):
            problem = f"Unsupported parameters for ({action}) module: {problem}"
    params = only_known(outcome.validated_parameters, entry.argument_spec)
    return Checked(params, secrets, str(without_secrets(problem, secrets)))


def _marked_values(outcome: Any) -> set[str]:
    """Return the values of ``no_log`` options. Core has no public name for them."""
    return {str(value) for value in outcome._no_log_values}


def progress_printer(host: str, mode: str | None) -> Callable[[str], None]:
    """Return what shows a line of progress of ``host``, as ``NIGHTSHIFT_PROGRESS`` says in ``mode``.

    Only ``Display`` gets out of a worker, and only ``stderr`` leaves a machine-read ``stdout`` whole.
    """
    chosen = (mode or "auto").strip().lower()
    if chosen not in ("auto", "lines", "off"):
        Display().warning(f"{PROGRESS_VARIABLE} is {chosen!r}, but can be auto, lines or off. It is taken as auto.")
        chosen = "auto"
    callback = str(constants.DEFAULT_STDOUT_CALLBACK).rpartition(".")[2]
    shown = chosen == "lines" or (chosen == "auto" and callback not in _MACHINE_READ_CALLBACKS)

    def show(text: str) -> None:
        if shown:
            show_line(f"{host}: {text}")

    return show


def show_line(text: str, color: str | None = None) -> None:
    """Show one line on ``stderr``. What servers send must not control the terminal."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    Display().display(printable, color=color, stderr=True)
