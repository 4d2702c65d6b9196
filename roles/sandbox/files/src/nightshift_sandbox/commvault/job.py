# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One job, and what the wire says about it (specification sections 6.3 and 6.4)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from nightshift_sandbox.commvault import enums

Json = dict[str, Any]
ENDED = {
    "Completed",
    "Completed w/ one or more errors",
    "Completed w/ one or more warnings",
    "Committed",
    "Failed",
    "Failed to Start",
    "Killed",
    "Abnormal Terminated Cleanup",
    "Skipped",
}
#: Ends after which the data can be restored from.
GOOD = {"Completed", "Completed w/ one or more errors", "Completed w/ one or more warnings"}


@dataclass
class Job:
    """A job. Times are Unix seconds; `work` and `seconds` are job time, which `--time-scale` speeds up."""

    id: int
    task_id: int
    subclient_id: int
    entity: Json
    level: int
    asked_level: int
    status: str
    started: int
    user: str
    user_id: int
    subtask_id: int = 0
    type: str = "Backup"
    started_from: str = "Interactive"
    description: str = ""
    priority: int = 166
    seconds: float = 60.0
    work: float = 0.0
    ended: int = 0
    updated: int = 0
    reason: str = ""
    destiny: str = ""
    frozen: bool = False
    aged: bool = False
    visible: bool = True
    transition: float = 0.0
    limit: float = 0.0
    limit_kills_running: bool = False
    follow: list[int] = field(default_factory=list)
    options: Json = field(default_factory=dict)
    schedule_name: str = ""

    @property
    def active(self) -> bool:
        """Whether it has not ended."""
        return self.status not in ENDED

    @property
    def percent(self) -> int:
        """0 to 100; 100 only when it ended well."""
        if not self.active:
            return 100 if self.status in GOOD or self.status == "Committed" else self._reached()
        return min(99, self._reached())

    def _reached(self) -> int:
        return max(0, min(100, int(self.work / self.seconds * 100)))

    @property
    def phase(self) -> str:
        """Name of the current phase; empty once it has ended."""
        if not self.active or self.status in ("Waiting", "Queued"):
            return ""
        reached = self._reached()
        return "Scan" if reached < 20 else "Backup" if reached < 85 else "Archive Index"

    @property
    def bytes(self) -> int:
        """Application size read so far."""
        full = 40_000_000_000 if self.level in (enums.FULL, enums.SYNTHETIC_FULL) else 1_500_000_000
        return full * self.percent // 100 + self.id % 4096 if self.work else 0

    def document(self) -> Json:
        """The form that is stored."""
        return asdict(self)

    def summary(self, now: int) -> Json:
        """The `jobSummary`: levels are numbers here even where names were sent."""
        entity = self.entity
        title = enums.LEVEL_TITLE.get(self.level, "") if self.subclient_id else ""
        return {
            "jobId": self.id,
            "status": self.status,
            "localizedStatus": self.status,
            "percentComplete": self.percent,
            "jobStartTime": self.started,
            "jobEndTime": self.ended,
            "lastUpdateTime": self.updated,
            "jobElapsedTime": max(0, (self.ended or now) - self.started),
            "jobType": self.type,
            "opType": 4,
            "localizedOperationName": self.type,
            "backupLevel": self.level,
            "backupLevelName": title,
            "localizedBackupLevelName": title,
            "appTypeName": entity.get("appName", ""),
            "pendingReason": self.reason,
            "currentPhaseName": self.phase,
            "isVisible": True,
            "isAged": self.aged,
            "sizeOfApplication": self.bytes,
            "sizeOfMediaOnDisk": self.bytes // 3,
            "percentSavings": 66.6 if self.bytes else 0,
            "totalNumOfFiles": 0 if self.active else self.bytes // 100_000,
            "totalFailedFiles": 3 if self.status == "Completed w/ one or more errors" else 0,
            "totalFailedFolders": 0,
            "destClientName": entity.get("clientName", ""),
            "subclientName": entity.get("subclientName", ""),
            "backupSetName": entity.get("backupsetName", ""),
            "userName": {"userName": self.user, "userId": self.user_id},
            "subclient": entity,
        }

    def details(self) -> Json:
        """The `jobDetail` of JobDetails."""
        return {
            "generalInfo": {
                "jobId": self.id,
                "jobStartedFrom": self.started_from,
                "jobStartedBy": self.user,
                "jobDescription": self.description,
                "priority": self.priority,
                "startTime": self.started,
                "backupType": self.level,
                "operationType": self.type,
                "totalNumOfFiles": -999 if self.active else self.bytes // 100_000,
                "taskData": {"taskId": self.task_id, "taskName": self.schedule_name, "subtaskId": self.subtask_id},
                "subclient": self.entity,
            },
            "detailInfo": {
                "sizeOfApplication": str(self.bytes),
                "numOfObjects": self.bytes // 100_000,
                "startTime": self.started,
                "endTime": self.ended,
                "skippedItems": 0,
                "savingsPercent": 66,
                "throughPut": 100.0 if self.status == "Running" else 0.0,
            },
            "progressInfo": {
                "state": self.status,
                "reasonForJobDelay": f"<b>{self.reason}</b>" if self.reason else "",
                "numOfFilesTransferred": self.bytes // 100_000,
            },
            "attemptsInfo": {},
            "clientStatusInfo": {"vmStatus": []},
        }
