# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The field table of a task, and the check of a body against it (specification sections 2.2 to 2.8, 5.2 to 5.4).

Known fields of the wrong type are refused; unknown keys are dropped, because the vendor's own SDK sends some.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from nightshift_sandbox.commvault import enums
from nightshift_sandbox.commvault.errors import bad_format

Check = Callable[[Any, bool], Any]


def integer(value: Any, xml: bool) -> int:
    """A whole number; in XML as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if xml and isinstance(value, str) and re.fullmatch(r"-?\d+", value.strip()):
        return int(value)
    raise ValueError(f"expected an integer, got {value!r}")


def boolean(value: Any, xml: bool) -> bool:
    """True or false; in XML also 1 or 0."""
    if isinstance(value, bool):
        return value
    if xml and isinstance(value, str) and value.strip().lower() in ("true", "false", "1", "0"):
        return value.strip().lower() in ("true", "1")
    raise ValueError(f"expected a boolean, got {value!r}")


def text(value: Any, _xml: bool) -> str:
    """Text."""
    if isinstance(value, str):
        return value
    raise ValueError(f"expected a string, got {value!r}")


def seconds(value: Any, xml: bool) -> int:
    """A time of day or a duration: seconds, or `HH:MM:SS` where the vendor's pages show it (XML)."""
    found = re.fullmatch(r"(\d{1,3}):(\d\d):(\d\d)", value.strip()) if xml and isinstance(value, str) else None
    if found:
        hours, minutes, rest = (int(part) for part in found.groups())
        return hours * 3600 + minutes * 60 + rest
    return integer(value, xml)


def day(value: Any, xml: bool) -> int:
    """A date as Unix seconds of its midnight UTC, or `YYYY-MM-DD 00:00:00` (XML)."""
    if xml and isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?", value.strip()):
        moment = datetime.strptime(value.strip()[:10], "%Y-%m-%d").replace(tzinfo=UTC)
        return int(moment.timestamp())
    return integer(value, xml)


def member(enum: enums.WireEnum) -> Check:
    """A member of an enumeration, by name or number."""
    return lambda value, _xml: enum.parse(value)


def anything(value: Any, _xml: bool) -> Any:
    """Carried through as given."""
    return value


def _all(check: Check, names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), check)


_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday"
ASSOCIATION: dict[str, Any] = {
    "_type_": member(enums.ENTITY_TYPE),
    **_all(integer, "clientId applicationId instanceId backupsetId subclientId commCellId flags"),
    **_all(text, "clientName appName instanceName backupsetName subclientName displayName"),
    "entityInfo": {"companyId": integer, "companyName": text, "multiCommcellId": integer},
}
TASK: dict[str, Any] = {
    "taskType": member(enums.TASK_TYPE),
    "initiatedFrom": member(enums.INITIATED_FROM),
    "policyType": member(enums.POLICY_TYPE),
    **_all(integer, "sequenceNumber taskId"),
    **_all(text, "taskName description"),
    "taskFlags": _all(boolean, "disabled isEdgeDrive isEZOperation isSystem forDDB uninstalled isEdiscovery"),
    "alert": {"alertId": integer, "alertName": text},
}
BACKUP: dict[str, Any] = {
    "backupLevel": member(enums.BACKUP_LEVEL),
    "incLevel": member(enums.INC_LEVEL),
    **_all(
        boolean,
        "runIncrementalBackup collectMetaInfo truncateLogsOnSource doNotTruncateLog sybaseSkipFullafterLogBkp"
        " isSpHasInLineCopy runSILOBackup incrementalDataWithLogs adHocBackup notSynthesizeFullFromPrevBackup",
    ),
    "onDemandInputFile": text,
    "adHocBkpContents": {"selectedAdHocPaths": [text]},
    "dataOpt": {
        **_all(
            boolean,
            "createNewIndex enableIndexCheckPointing enforceTransactionLogUsage followMountPoints"
            " skipCatalogPhaseForSnapBackup skipConsistencyCheck spaceReclamation verifySynthFull"
            " createBackupCopyImmediately useCatalogServer useMultiStream useMaximumStreams copyOnly autoCopy"
            " useAutomaticIntervalForSyntheticFull enableRunFullConsolidationBackup",
        ),
        **_all(integer, "maxNumberOfStreams daysBetweenSyntheticBackup"),
        "backupCopyType": anything,
    },
    "dataPathOpt": {
        "mediaAgent": {"mediaAgentId": integer, "mediaAgentName": text},
        "library": {"libraryId": integer},
        "drivePool": {"drivePoolId": integer},
        "spareGroup": {"spareMediaGroupId": integer},
        "drive": {"driveId": integer},
    },
    "mediaOpt": {
        **_all(
            boolean,
            "startNewMedia markMediaFullOnSuccess allowOtherSchedulesToUseMediaSet reserveResourcesBeforeScan",
        ),
        "retentionJobType": member(enums.RETENTION),
        "numberofDays": integer,
    },
    "vaultTrackerOpt": {
        **_all(
            boolean,
            "excludeMediaNotCopied exportMediaAfterJobFinishes filterMediaByRetention"
            " mediaWithExtendedRetentionJobs trackTransit useVirtualMailSlots",
        ),
        **_all(anything, "exportLocation inTransitLocation"),
        "mediaStatus": _all(boolean, "active all bad full overwriteProtected"),
    },
    "vsaBackupOptions": {"backupFailedVMsOnly": boolean},
}
COMMON: dict[str, Any] = {
    "jobDescription": text,
    "notifyUserOnJobCompletion": boolean,
    "jobRetryOpts": {
        "enableNumberOfRetries": boolean,
        "numberOfRetries": integer,
        "killRunningJobWhenTotalRunningTimeExpires": boolean,
        "runningTime": {"enableTotalRunningTime": boolean, "totalRunningTime": seconds},
    },
    "startUpOpts": {"startInSuspendedState": boolean, "useDefaultPriority": boolean, "priority": integer},
    "automaticSchedulePattern": anything,
}
PATTERN: dict[str, Any] = {
    "freq_type": member(enums.FREQ_TYPE),
    **_all(
        integer,
        "freq_interval freq_recurrence_factor freq_relative_interval active_end_occurence freq_restart_interval"
        " skipOccurence skipDayNumber flags patternId",
    ),
    **_all(seconds, "active_start_time active_end_time freq_subday_interval"),
    **_all(day, "active_start_date active_end_date"),
    **_all(text, "name description"),
    "calendar": {"calendarId": integer, "calendarName": text},
    "timeZone": {"TimeZoneID": integer, "TimeZoneName": text},
    "daysToRun": {**_all(boolean, _DAYS), "day": anything, "week": anything, "onDayNumber": integer},
    "repeatPattern": [
        {"exception": boolean, **_all(integer, "occurrence onDay onDayNumber repeatOn"), "description": text}
    ],
}
SUBTASK: dict[str, Any] = {
    "subTaskType": member(enums.SUBTASK_TYPE),
    "operationType": member(enums.OPERATION_TYPE),
    "subTaskName": text,
    **_all(integer, "subTaskId subTaskOrder flags"),
    "subTask": {"subtaskId": integer, "subtaskName": text},
}
TASK_INFO: dict[str, Any] = {
    "taskOperation": member(enums.TASK_OPERATION),
    "associations": [ASSOCIATION],
    "task": TASK,
    "subTasks": [
        {
            "subTaskOperation": member(enums.TASK_OPERATION),
            "subTask": SUBTASK,
            "pattern": PATTERN,
            "options": {"backupOpts": BACKUP, "commonOpts": COMMON, "adminOpts": anything},
        }
    ],
}


def checked(spec: Any, value: Any, xml: bool, where: str) -> Any:
    """`value` in canonical form: enumerations as integers, XML text as what it means, unknown keys gone.

    :raises Refusal: a field has the wrong type
    """
    if isinstance(spec, dict):
        if not isinstance(value, dict):
            raise bad_format(f"{where}: expected an object, got {value!r}")
        known = _renamed(value) if spec is PATTERN else value
        return {name: checked(spec[name], item, xml, f"{where}.{name}") for name, item in known.items() if name in spec}
    if isinstance(spec, list):
        if not isinstance(value, list):
            raise bad_format(f"{where}: expected a list, got {value!r}")
        return [checked(spec[0], item, xml, f"{where}[{index}]") for index, item in enumerate(value)]
    try:
        return spec(value, xml)
    except ValueError as error:
        raise bad_format(f"{where}: {error}") from error


def _renamed(pattern: dict[str, Any]) -> dict[str, Any]:
    """The pages spell the zone's element and its id in two ways each (section 5.2); one of each is kept."""
    result = dict(pattern)
    zone = result.pop("TimeZone", None)
    if zone is not None and "timeZone" not in result:
        result["timeZone"] = zone
    inner = result.get("timeZone")
    if isinstance(inner, dict) and "TimeZoneId" in inner:
        result["timeZone"] = {("TimeZoneID" if k == "TimeZoneId" else k): v for k, v in inner.items()}
    return result
