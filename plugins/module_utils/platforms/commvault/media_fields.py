# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the field table: the data path, media and the vault tracker below ``commvault``."""

from __future__ import annotations

from functools import partial

from .enums import RETENTION_JOB_TYPE
from .field_types import BACKUP, Field, Kind, option_row

_path = partial(option_row, BACKUP + "dataPathOpt/")
_DATA_PATH: tuple[Field, ...] = (
    _path("data_path.drive_id", "drive/driveId", Kind.INT, "The drive's ID."),
    _path("data_path.drive_pool_id", "drivePool/drivePoolId", Kind.INT, "The drive pool's ID."),
    _path("data_path.library_id", "library/libraryId", Kind.INT, "The library's ID."),
    _path("data_path.media_agent_id", "mediaAgent/mediaAgentId", Kind.INT, "The MediaAgent's ID."),
    _path("data_path.spare_media_group_id", "spareGroup/spareMediaGroupId", Kind.INT, "The spare media group's ID."),
)

_media = partial(option_row, BACKUP + "mediaOpt/")
_MEDIA: tuple[Field, ...] = (
    _media(
        "media.allow_other_schedules_to_use_media_set",
        "allowOtherSchedulesToUseMediaSet",
        Kind.BOOL,
        "Whether jobs of other schedules may write to the media that this one starts.",
    ),
    _media(
        "media.mark_media_full_on_success",
        "markMediaFullOnSuccess",
        Kind.BOOL,
        "Whether the media is marked full after a success.",
    ),
    _media(
        "media.number_of_days",
        "numberofDays",
        Kind.INT,
        "For how many days the job is kept.",
        "The server ignores it unless O(commvault.media.retention_job_type=no_of_days).",
    ),
    _media(
        "media.reserve_resources_before_scan",
        "reserveResourcesBeforeScan",
        Kind.BOOL,
        "Whether media is reserved before the scan rather than before the transfer.",
    ),
    _media(
        "media.retention_job_type",
        "retentionJobType",
        Kind.ENUM,
        "How long the job is kept.",
        "V(infinite) keeps it for good, V(no_of_days) for O(commvault.media.number_of_days).",
        "V(storage_policy_default) keeps it as the storage policy says.",
        enum=RETENTION_JOB_TYPE,
    ),
    _media("media.start_new_media", "startNewMedia", Kind.BOOL, "Whether the backup starts on new media."),
)

_vault = partial(option_row, BACKUP + "vaultTrackerOpt/")
_VAULT_TRACKER: tuple[Field, ...] = (
    _vault(
        "vault_tracker.exclude_media_not_copied",
        "excludeMediaNotCopied",
        Kind.BOOL,
        "Whether media with jobs that still have to be copied stays.",
    ),
    _vault(
        "vault_tracker.export_media_after_job_finishes",
        "exportMediaAfterJobFinishes",
        Kind.BOOL,
        "Whether media is exported at the end of the job.",
    ),
    _vault(
        "vault_tracker.filter_media_by_retention",
        "filterMediaByRetention",
        Kind.BOOL,
        "Whether media is chosen by extended retention.",
    ),
    _vault(
        "vault_tracker.media_with_extended_retention_jobs",
        "mediaWithExtendedRetentionJobs",
        Kind.BOOL,
        "V(true) exports media with at least one job of extended retention, V(false) media without any.",
        "Needs O(commvault.vault_tracker.filter_media_by_retention=true).",
    ),
    _vault("vault_tracker.track_transit", "trackTransit", Kind.BOOL, "Whether the media's way is tracked."),
    _vault(
        "vault_tracker.use_virtual_mail_slots",
        "useVirtualMailSlots",
        Kind.BOOL,
        "Whether exported media goes to virtual mail slots.",
    ),
    _vault("vault_tracker.export_location", "exportLocation", Kind.STR, "Where media is exported to."),
    _vault("vault_tracker.in_transit_location", "inTransitLocation", Kind.STR, "Where media is on its way."),
    _vault("vault_tracker.media_status.active", "mediaStatus/active", Kind.BOOL, "Whether active media is meant."),
    _vault("vault_tracker.media_status.all", "mediaStatus/all", Kind.BOOL, "Whether all media is meant."),
    _vault("vault_tracker.media_status.bad", "mediaStatus/bad", Kind.BOOL, "Whether bad media is meant."),
    _vault("vault_tracker.media_status.full", "mediaStatus/full", Kind.BOOL, "Whether full media is meant."),
    _vault(
        "vault_tracker.media_status.overwrite_protected",
        "mediaStatus/overwriteProtected",
        Kind.BOOL,
        "Whether media that can only be read is meant.",
    ),
)

MEDIA_FIELDS: tuple[Field, ...] = (*_DATA_PATH, *_MEDIA, *_VAULT_TRACKER)
