# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find contradictions in a backup request before anything is sent.

Everything is judged on the finished body, so that it makes no difference whether an option or ``raw`` said it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...api.errors import InvalidOption
from ...model.levels import Level
from ...model.request import BackupRequest
from ...model.target import Target
from .applications import Application, known_application
from .arguments import enum_format, in_range
from .create_task import build_body
from .enums import Member
from .field_types import Kind, value_at, values_at
from .fields import BACKUP_LEVEL_WIRE, BY_WIRE, FIELDS
from .targets import covers_set_unasked

_BACKUP = "subTasks[]/options/backupOpts/"
_COMMON = "subTasks[]/options/commonOpts/"
_LABELS_SHOWN = 3


def check_request(request: BackupRequest) -> list[str]:
    """Return warnings; raise ``InvalidOption`` for what cannot be meant.

    A contradiction is refused where the server would do something else than the play says. What a server merely
    ignores, and what the vendor's own samples send, is a warning.
    """
    if not request.targets:
        raise InvalidOption("targets must name at least one target; the list is empty.")
    task_info = build_body(request, request.targets)["taskInfo"]
    check_ranges(task_info)
    check_pairs(task_info)
    _check_endless(request, task_info)
    level = level_of(task_info)
    for target in request.targets:
        check_level(target, level)
    return [
        *_level_warnings(request, task_info, level),
        *ignored_by_server(task_info),
        *_asleep(task_info),
        *number_warnings(request.options, task_info),
        *wide_targets(request.targets),
    ]


def check_ranges(task_info: Mapping[str, Any]) -> None:
    """Raise ``InvalidOption`` for a number outside its range."""
    for field in FIELDS:
        if field.minimum is None:
            continue
        for value in values_at(task_info, field.wire):
            if isinstance(value, int) and not isinstance(value, bool):
                in_range(field, value)


def check_pairs(task_info: Mapping[str, Any]) -> None:
    """Refuse options that mean something only together with another one that is missing."""
    if _has(task_info, _BACKUP + "incLevel", but_not="NONE"):
        _need(task_info, _BACKUP + "incLevel", _BACKUP + "runIncrementalBackup")
    if _has(task_info, _BACKUP + "vaultTrackerOpt/mediaWithExtendedRetentionJobs"):
        _need(
            task_info,
            _BACKUP + "vaultTrackerOpt/mediaWithExtendedRetentionJobs",
            _BACKUP + "vaultTrackerOpt/filterMediaByRetention",
        )
    kill = _COMMON + "jobRetryOpts/killRunningJobWhenTotalRunningTimeExpires"
    if value_at(task_info, kill) is True:
        _need(task_info, kill, _COMMON + "jobRetryOpts/runningTime/enableTotalRunningTime")
        if not _has(task_info, _COMMON + "jobRetryOpts/runningTime/totalRunningTime"):
            raise InvalidOption(
                f"{_shown(kill)} needs {_shown(_COMMON + 'jobRetryOpts/runningTime/totalRunningTime')}."
            )


def _check_endless(request: BackupRequest, task_info: Mapping[str, Any]) -> None:
    """Refuse to wait for what does not start by itself."""
    if request.wait is None:
        return
    for wire in (_COMMON + "startUpOpts/startInSuspendedState", "task/taskFlags/disabled"):
        if value_at(task_info, wire) is True:
            raise InvalidOption(
                f"wait would never end: {_shown(wire)} is true, so the job does not run by itself.",
                next_step="Leave out one of them.",
            )


def level_of(task_info: Mapping[str, Any]) -> Member:
    """Return the level of a request; raise ``InvalidOption`` for an unknown one."""
    field = BY_WIRE[BACKUP_LEVEL_WIRE]
    value = value_at(task_info, BACKUP_LEVEL_WIRE)
    member = field.enumeration.read(value)
    if member is None:
        raise InvalidOption(f"level must be one of {', '.join(field.enumeration.options)}; got {value!r}.")
    return member


def check_level(target: Target, member: Member) -> None:
    """Refuse a level that the target's application is known to lack."""
    app = known_application(target.given.get("app"), target.given.get("app_id"))
    level = Level[member.name]
    if app is None or level in app.levels:
        return
    raise InvalidOption(f"{target.label}: {app.name} has no {level.value} backup; {_spelling(app, level)}.")


def _spelling(app: Application, level: Level) -> str:
    if app.spelling and level in app.spelling:
        return app.spelling[level]
    return "it has " + ", ".join(known.value for known in Level if known in app.levels)


def _level_warnings(request: BackupRequest, task_info: Mapping[str, Any], level: Member) -> Iterator[str]:
    if request.level is not None and level.name != request.level.name:
        yield (
            f"raw changes the level from {request.level.value} to {level.option}; skip_if_running, max_age and "
            f"strict_level still go by {request.level.value}."
        )
    yield from without_synthetic_full(task_info, level)


def without_synthetic_full(task_info: Mapping[str, Any], level: Member) -> Iterator[str]:
    """Yield a warning about an incremental that is to go with a synthetic full which is none.

    It is no refusal, because the vendor's own XML sample sends it with FULL.
    """
    if value_at(task_info, _BACKUP + "runIncrementalBackup") is True and level.name != "SYNTHETIC_FULL":
        option = _shown(_BACKUP + "runIncrementalBackup")
        yield f"{option} only means something with level synthetic_full, not with {level.option}."


def ignored_by_server(task_info: Mapping[str, Any]) -> Iterator[str]:
    """Yield warnings about what the server is going to ignore."""
    retention = _BACKUP + "mediaOpt/retentionJobType"
    if _has(task_info, _BACKUP + "mediaOpt/numberofDays") and _member_name(task_info, retention) != "NO_OF_DAYS":
        yield (
            f"The server ignores {_shown(_BACKUP + 'mediaOpt/numberofDays')} unless {_shown(retention)} is no_of_days."
        )
    priority, default = _COMMON + "startUpOpts/priority", _COMMON + "startUpOpts/useDefaultPriority"
    if _has(task_info, priority) and value_at(task_info, default) is True:
        yield f"The server ignores {_shown(priority)} while {_shown(default)} is true."
    truncate, keep = _BACKUP + "truncateLogsOnSource", _BACKUP + "doNotTruncateLog"
    if value_at(task_info, truncate) is True and value_at(task_info, keep) is True:
        yield f"{_shown(truncate)} and {_shown(keep)} are both true and contradict each other; the server chooses."
    for number, switch in (
        (_COMMON + "jobRetryOpts/numberOfRetries", _COMMON + "jobRetryOpts/enableNumberOfRetries"),
        (
            _COMMON + "jobRetryOpts/runningTime/totalRunningTime",
            _COMMON + "jobRetryOpts/runningTime/enableTotalRunningTime",
        ),
    ):
        if value_at(task_info, number) and value_at(task_info, switch) is False:
            yield f"The server ignores {_shown(number)} while {_shown(switch)} is false."


def _asleep(task_info: Mapping[str, Any]) -> Iterator[str]:
    if starts_suspended(task_info):
        yield "The job starts suspended; nothing is backed up until somebody resumes it."
    if value_at(task_info, "task/taskFlags/disabled") is True:
        yield "The task is disabled; the server may back up nothing."


def starts_suspended(task_info: Mapping[str, Any]) -> bool:
    """Tell whether a job waits for somebody to resume it."""
    return value_at(task_info, _COMMON + "startUpOpts/startInSuspendedState") is True


def number_warnings(options: Mapping[str, Any], task_info: Mapping[str, Any]) -> Iterator[str]:
    """Refuse numbers that nobody knows, and warn of those that no source states."""
    if enum_format(options) != "number":
        return
    for field in (one for one in FIELDS if one.kind is Kind.ENUM):
        member = field.enumeration.read(value_at(task_info, field.wire))
        if member is None:
            continue
        if member.number is None:
            raise InvalidOption(
                f"{field.shown} {member.option} has no known number, so enum_format: number cannot send it.",
                next_step="Use enum_format: mixed or name.",
            )
        if member.inferred:
            yield f"{field.shown} {member.option} is sent as {member.number}, a number that is inferred; prefer names."


def wide_targets(targets: Sequence[Target]) -> Iterator[str]:
    """Yield a warning when a whole backup set is meant without the play having said so."""
    wide = [target.label for target in targets if covers_set_unasked(target)]
    if wide:
        more = f" and {len(wide) - _LABELS_SHOWN} more" if len(wide) > _LABELS_SHOWN else ""
        yield (
            f"Every subclient of {', '.join(wide[:_LABELS_SHOWN])}{more} is backed up, because no subclient is named; "
            "set entity_type: backupset if that is meant."
        )


def _has(task_info: Mapping[str, Any], wire: str, but_not: str | None = None) -> bool:
    value = value_at(task_info, wire)
    return value is not None and (but_not is None or _member_name(task_info, wire) != but_not)


def _need(task_info: Mapping[str, Any], wire: str, partner: str) -> None:
    if value_at(task_info, partner) is not True:
        raise InvalidOption(f"{_shown(wire)} needs {_shown(partner)}: true.")


def _member_name(task_info: Mapping[str, Any], wire: str) -> str | None:
    member = BY_WIRE[wire].enumeration.read(value_at(task_info, wire))
    return member.name if member is not None else None


def _shown(wire: str) -> str:
    return BY_WIRE[wire].shown
