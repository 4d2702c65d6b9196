# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The base of all action plugins: the module's flow runs right here where it can, and as a module where it must.

It can when the host's connection is local, without ``async``, ``become`` and a Python of its own. ``become`` hands
over because a key file may be readable only by that user.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, ClassVar

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible_collections.nightshift.backup.plugins.module_utils.arguments import with_environment, without_nulls
from ansible_collections.nightshift.backup.plugins.module_utils.results import clean_result, without_secrets
from ansible_collections.nightshift.backup.plugins.module_utils.runner import (
    EntryPoint,
    Run,
    execute,
    invalid_arguments,
)
from ansible_collections.nightshift.backup.plugins.plugin_utils.controller import (
    OWN_PREFIX,
    PROGRESS_VARIABLE,
    Checked,
    configured_interpreter,
    ending_with_parent,
    environment_of_task,
    is_own_interpreter,
    plain_arguments,
    progress_printer,
    show_line,
    validate,
    wants_invocation,
)


class FlowAction(ActionBase):
    """Runs the flow of ``entry``. Subclasses name it, and say whether ``async`` is allowed."""

    entry: ClassVar[EntryPoint]

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the task here or hand it over, and return its result without secrets."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        result.update(self._run_somewhere(variables))
        if self.entry.hides_result:
            # In the action, because core takes this key away from a module and prints the result.
            result["_ansible_no_log"] = True
            if result.get("failed"):
                # The result stays hidden. Its message is free of secrets, and people need it.
                show_line(f"{_host(variables)}: {result.get('msg', '')}", color=constants.COLOR_ERROR)
        return result

    def _run_somewhere(self, task_vars: dict[str, Any]) -> dict[str, Any]:
        environment = self._task_environment()
        try:
            arguments = self._arguments(environment)
        except TypeError as error:
            return invalid_arguments(f"The arguments cannot be passed to a module: {error}")
        if self._runs_here(task_vars):
            with environment_of_task(environment), ending_with_parent():
                return self._run_here(arguments, task_vars)
        return self._hand_over(arguments, task_vars)

    def _task_environment(self) -> dict[str, str]:
        """Return the variables of the task's ``environment:``, which core applies only to what it ships."""
        variables: dict[str, Any] = {}
        super()._compute_environment_string(variables)
        return {str(name): str(value) for name, value in variables.items()}

    def _compute_environment_string(self, raw_environment_out: dict[str, Any] | None = None) -> str:
        """Return what core puts before the command of a shipped module, without our own variables.

        They have become arguments by then, and core shows this command at ``-vvv``.
        """
        shipped = {name: value for name, value in self._task_environment().items() if not name.startswith(OWN_PREFIX)}
        if raw_environment_out is not None:
            raw_environment_out.update(shipped)
        prefix: str = self._connection._shell.env_prefix(**shipped)
        return prefix

    def _arguments(self, environment: Mapping[str, str]) -> dict[str, Any]:
        """Return the task's arguments as a module would get them, completed from the controller's environment.

        Those of the task stay as they are: core uses them for each item of a loop, and for callbacks.
        """
        given = without_nulls(plain_arguments(self._task.args), self.entry.argument_spec)
        return with_environment(given, self.entry.variables(given), {**os.environ, **environment})

    def _runs_here(self, task_vars: Mapping[str, Any]) -> bool:
        if self._task.async_val or self._connection.transport != "local" or self._connection.become is not None:
            return False
        interpreter = configured_interpreter(self._host_variables(task_vars))
        return is_own_interpreter(self._templar.template(interpreter))

    def _host_variables(self, task_vars: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the variables of the host that does the work; with ``delegate_to`` that is another one."""
        if self._task.delegate_to:
            delegated: Mapping[str, Any] = task_vars["ansible_delegated_vars"][self._task.delegate_to]
            return delegated
        return task_vars

    def _run_here(self, arguments: Mapping[str, Any], task_vars: Mapping[str, Any]) -> dict[str, Any]:
        checked = validate(self.entry, arguments, self._task.action)
        if checked.problem:
            result = invalid_arguments(checked.problem)
        elif self._task.check_mode and not self.entry.supports_check_mode:
            message = f"remote module ({self._task.action}) does not support check mode"
            result = {"skipped": True, "msg": message}
        else:
            result = execute(self.entry, self._new_run(checked, task_vars))
        if wants_invocation(task_vars):
            result["invocation"] = {"module_args": self.entry.recorded(checked.params)}
        return clean_result(result, checked.secrets, self.entry.option_names)

    def _new_run(self, checked: Checked, task_vars: Mapping[str, Any]) -> Run:
        show = progress_printer(_host(task_vars), os.environ.get(PROGRESS_VARIABLE))
        return Run(
            params=checked.params,
            check_mode=bool(self._task.check_mode),
            diff=bool(self._task.diff),
            show=lambda text: show(without_secrets(text, checked.secrets)),
        )

    def _hand_over(self, arguments: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Let Ansible ship and run the module. What cannot be valid there is refused here, in the same words."""
        checked = validate(self.entry, arguments, self._task.action)
        if checked.problem and not self._task.async_val:
            return self._run_here(arguments, task_vars)
        if self.entry.hides_result:
            # Some connections, such as ssh, show at -vvv what a module printed, unless their own context says not to.
            self._connection._play_context.no_log = True
        result = self._execute_module(
            module_args=arguments,
            task_vars=task_vars,
            wrap_async=self._task.async_val and not getattr(self._connection, "has_native_async", False),
        )
        # The module has done this with its own result. A module that broke down has not.
        cleaned: dict[str, Any] = without_secrets(result, checked.secrets)
        invocation = cleaned.get("invocation")
        if isinstance(invocation, dict) and isinstance(invocation.get("module_args"), dict):
            invocation["module_args"] = self.entry.recorded(invocation["module_args"])
        return cleaned


def _host(task_vars: Mapping[str, Any]) -> str:
    return str(task_vars.get("inventory_hostname", "localhost"))
