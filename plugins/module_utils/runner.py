# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What modules and action plugins share: one entry point a module, run the same way wherever it runs."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .api.errors import MissingLibrary, NightshiftError
from .arguments import ENVIRONMENT, only_known, option_names, unusable
from .results import RESULT_KEYS, clean_result, plain, secrets_of

# Characters. What failed on a hundred targets is told in fewer.
_LONGEST_MESSAGE = 4000


def _show_nothing(text: str) -> None:
    """Drop a progress line: a module on another host can show nothing before it ends."""


@dataclass
class Run:
    """One run of an entry point: what it was given, and where it puts what it has to say.

    ``show`` takes a line of progress. ``result`` holds what is known so far; it reaches the user even when the run
    fails, so IDs of what was started go there at once. ``mask`` takes secrets that the run itself came to know, such
    as a fresh token, out of texts.
    """

    params: Mapping[str, Any]
    check_mode: bool = False
    diff: bool = False
    show: Callable[[str], None] = _show_nothing
    warnings: list[str] = field(default_factory=list)
    result: dict[str, Any] = field(default_factory=dict)
    mask: Callable[[str], str] = str

    def warn(self, text: str) -> None:
        """Add a warning, once."""
        if text not in self.warnings:
            self.warnings.append(text)


@dataclass(frozen=True)
class EntryPoint:
    """A module's substance, apart from where it runs.

    ``run`` returns the result, which may itself say ``failed``. ``constraints`` are ``mutually_exclusive`` and the
    ``required_…`` lists. ``environment`` tells which variables complete the arguments given, where it is not all of
    ``ENVIRONMENT``. ``hides_result`` keeps the result out of all output. ``known_spec`` names the options at every
    depth where the entry point checks some of them itself.
    """

    name: str
    argument_spec: dict[str, dict[str, Any]]
    run: Callable[[Run], dict[str, Any]]
    constraints: Mapping[str, Any] = field(default_factory=dict)
    supports_check_mode: bool = True
    hides_result: bool = False
    environment: Callable[[Mapping[str, Any]], Mapping[str, str]] | None = None
    known_spec: Mapping[str, Mapping[str, Any]] | None = None

    def variables(self, given: Mapping[str, Any]) -> Mapping[str, str]:
        """Return, by option, the environment variables that may complete the arguments ``given``."""
        return self.environment(given) if self.environment else ENVIRONMENT

    def recorded(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return what may be shown of ``arguments``: not the values of options that do not exist."""
        known: dict[str, Any] = only_known(arguments, self.known_spec or self.argument_spec)
        return known

    @property
    def option_names(self) -> frozenset[str]:
        """The names of all options and suboptions."""
        return frozenset(option_names(self.argument_spec))


def execute(entry: EntryPoint, run: Run) -> dict[str, Any]:
    """Run ``entry`` and return its result in plain JSON types, also when it fails. Secrets are still in it.

    What is no ``Exception`` is left alone: Ansible ends a task that takes too long by such a one.
    """
    try:
        returned = entry.run(run)
        result = {**run.result, **returned}
    except MissingLibrary as error:
        result = {**run.result, **_failure(missing_required_lib(error.library), error), "exception": error.trace}
    except NightshiftError as error:
        result = {**run.result, **_failure(str(error), error)}
    except BaseException as error:
        if not isinstance(error, Exception):
            raise
        result = {**run.result, **_defect(entry.name, error)}
    result.setdefault("changed", False)
    if run.warnings:
        result["warnings"] = [told(warning) for warning in run.warnings]
    if "msg" in result:
        result["msg"] = told(str(result["msg"]))
    if isinstance(result.get("error"), dict):
        result["error"] = {**result["error"], "message": told(str(result["error"].get("message", "")))}
    # A result that nobody gets to see may hold a token: that is what it is for. Of a failure, the message is shown.
    hidden = entry.hides_result and not result.get("failed")
    return dict(plain(result, str if hidden else run.mask, RESULT_KEYS | entry.option_names))


def told(text: str) -> str:
    """Return ``text`` as it may be printed: in one line of bounded length that cannot control a terminal."""
    line = "".join(character if character.isprintable() else " " for character in text[: _LONGEST_MESSAGE + 1])
    return line if len(line) <= _LONGEST_MESSAGE else f"{line[: _LONGEST_MESSAGE - 1]}…"


def invalid_arguments(message: str) -> dict[str, Any]:
    """Return the result for arguments that do not fit the argument spec."""
    message = told(message)
    return {"failed": True, "changed": False, "msg": message, "error": {"kind": "invalid", "message": message}}


def _failure(message: str, error: NightshiftError) -> dict[str, Any]:
    return {"failed": True, "msg": message, "error": error.as_result()}


def _defect(name: str, error: Exception) -> dict[str, Any]:
    message = f"{name} met something that it is not prepared for ({type(error).__name__}: {error})."
    return {
        "failed": True,
        "msg": f"{message} Please report this with the output of -vvv.",
        "error": {"kind": "protocol", "message": message},
        "exception": "".join(traceback.format_exception(error)),
    }


def run_module(entry: EntryPoint) -> None:
    """Run ``entry`` as an ordinary module, and exit."""
    module = AnsibleModule(
        argument_spec=entry.argument_spec, supports_check_mode=entry.supports_check_mode, **entry.constraints
    )
    run = Run(params=module.params, check_mode=module.check_mode, diff=module._diff)
    secrets = secrets_of(module.params, module.no_log_values)
    flaw = unusable(module.params, entry.argument_spec)
    if flaw:
        module.fail_json(**invalid_arguments(flaw))
    # The module's own log and its exit mask derived secrets, too.
    module.no_log_values.update(secrets)
    result = clean_result(execute(entry, run), secrets, entry.option_names)
    for warning in result.pop("warnings", []):
        module.warn(warning)
    if result.pop("failed", False):
        module.fail_json(**{"msg": f"{entry.name} failed.", **result})
    module.exit_json(**result)
