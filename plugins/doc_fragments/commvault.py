# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by scripts/generate_doc_fragments.py from the field tables of the platforms. Change those, not this file.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  commvault:
    description:
      - Options that Commvault alone has. What is left out is not sent, so that the server decides.
      - Each stands for one documented parameter of the request.
    type: dict
    suboptions:
      backup_options:
        description:
          - What kind of backup it is.
        type: dict
        suboptions:
          collect_meta_info:
            description:
              - Whether file and folder metadata is collected, which single items are restored by.
              - The server's own choice is yes for full and streaming backups, no for IntelliSnap and incremental
                ones.
            type: bool
          do_not_truncate_log:
            description:
              - Whether logs are left untruncated.
            type: bool
          inc_level:
            description:
              - Whether the incremental backup runs before or after the synthetic full.
              - Needs O(commvault.backup_options.run_incremental_backup=true).
            type: str
            choices:
              - before_synth
              - after_synth
          incremental_data_with_logs:
            description:
              - Whether an incremental backup takes data as well as logs (PostgreSQL, MySQL).
            type: bool
          is_sp_has_in_line_copy:
            description:
              - Whether the storage policy has an inline copy. The vendor says no more about it than its name.
            type: bool
          run_incremental_backup:
            description:
              - Whether an incremental backup runs together with a synthetic full.
              - It means nothing with another level.
            type: bool
          run_silo_backup:
            description:
              - Whether a SILO backup is run.
            type: bool
          sybase_skip_full_after_log_backup:
            description:
              - Whether new Sybase databases are spared a full backup after a log backup.
            type: bool
          truncate_logs_on_source:
            description:
              - Whether logs are truncated.
            type: bool
      data_options:
        description:
          - How data is read.
        type: dict
        suboptions:
          create_new_index:
            description:
              - Whether a new index is begun.
            type: bool
          enable_index_check_pointing:
            description:
              - Whether the index is saved at check points while the job runs.
            type: bool
          enforce_transaction_log_usage:
            description:
              - Whether an interrupted job picks up from its transaction logs.
            type: bool
          follow_mount_points:
            description:
              - Whether data below mount points is backed up.
            type: bool
          skip_catalog_phase_for_snap_backup:
            description:
              - Whether a snapshot backup goes without its catalog phase.
            type: bool
          skip_consistency_check:
            description:
              - Whether the consistency check is left out.
            type: bool
          space_reclamation:
            description:
              - Whether deleted stubs are looked for.
            type: bool
          verify_synth_full:
            description:
              - Whether a synthetic full is verified.
            type: bool
      data_path:
        description:
          - Which way the data takes.
          - The ID V(0) leaves the choice to the server.
        type: dict
        suboptions:
          drive_id:
            description:
              - The drive's ID.
            type: int
          drive_pool_id:
            description:
              - The drive pool's ID.
            type: int
          library_id:
            description:
              - The library's ID.
            type: int
          media_agent_id:
            description:
              - The MediaAgent's ID.
            type: int
          spare_media_group_id:
            description:
              - The spare media group's ID.
            type: int
      media:
        description:
          - Which media is used and how long the job is kept.
        type: dict
        suboptions:
          allow_other_schedules_to_use_media_set:
            description:
              - Whether jobs of other schedules may write to the media that this one starts.
            type: bool
          mark_media_full_on_success:
            description:
              - Whether the media is marked full after a success.
            type: bool
          number_of_days:
            description:
              - For how many days the job is kept.
              - The server ignores it unless O(commvault.media.retention_job_type=no_of_days).
            type: int
          reserve_resources_before_scan:
            description:
              - Whether media is reserved before the scan rather than before the transfer.
            type: bool
          retention_job_type:
            description:
              - How long the job is kept.
              - V(infinite) keeps it for good, V(no_of_days) for O(commvault.media.number_of_days).
              - V(storage_policy_default) keeps it as the storage policy says.
            type: str
            choices:
              - infinite
              - no_of_days
              - storage_policy_default
          start_new_media:
            description:
              - Whether the backup starts on new media.
            type: bool
      vault_tracker:
        description:
          - What is done with the media after the job.
        type: dict
        suboptions:
          media_status:
            description:
              - Media of which status is exported and tracked.
            type: dict
            suboptions:
              active:
                description:
                  - Whether active media is meant.
                type: bool
              all:
                description:
                  - Whether all media is meant.
                type: bool
              bad:
                description:
                  - Whether bad media is meant.
                type: bool
              full:
                description:
                  - Whether full media is meant.
                type: bool
              overwrite_protected:
                description:
                  - Whether media that can only be read is meant.
                type: bool
          exclude_media_not_copied:
            description:
              - Whether media with jobs that still have to be copied stays.
            type: bool
          export_media_after_job_finishes:
            description:
              - Whether media is exported at the end of the job.
            type: bool
          filter_media_by_retention:
            description:
              - Whether media is chosen by extended retention.
            type: bool
          media_with_extended_retention_jobs:
            description:
              - V(true) exports media with at least one job of extended retention, V(false) media without
                any.
              - Needs O(commvault.vault_tracker.filter_media_by_retention=true).
            type: bool
          track_transit:
            description:
              - Whether the media's way is tracked.
            type: bool
          use_virtual_mail_slots:
            description:
              - Whether exported media goes to virtual mail slots.
            type: bool
          export_location:
            description:
              - Where media is exported to.
            type: str
          in_transit_location:
            description:
              - Where media is on its way.
            type: str
      virtual_server:
        description:
          - Options of backups of virtual machines.
        type: dict
        suboptions:
          backup_failed_vms_only:
            description:
              - Whether only virtual machines that failed in the job before are backed up.
            type: bool
      retry:
        description:
          - How often the job is tried, and how long it may take.
        type: dict
        suboptions:
          enable_number_of_retries:
            description:
              - Whether the job is tried again. Naming a number switches it on unless it is set.
            type: bool
          number_of_retries:
            description:
              - How often the job is tried again.
            type: int
          kill_running_job_when_total_running_time_expires:
            description:
              - Whether the job is killed at the end of that time even while it is running.
              - The time is O(commvault.retry.total_running_time), which this needs.
            type: bool
          enable_total_running_time:
            description:
              - Whether the job is killed at the end of O(commvault.retry.total_running_time) unless it is
                running just then.
              - Naming a time switches it on unless it is set.
            type: bool
          total_running_time:
            description:
              - How long the job may exist, for example V(90m), V(4h) or quoted V(01:05:00).
            type: str
      startup:
        description:
          - How the job starts.
        type: dict
        suboptions:
          priority:
            description:
              - The job's priority, from V(0), the highest, to V(999).
            type: int
          start_in_suspended_state:
            description:
              - Whether the job waits, suspended, until somebody resumes it.
            type: bool
          use_default_priority:
            description:
              - Whether the job has the default priority. Naming a priority sends V(false) unless it is set.
            type: bool
      admin_user:
        description:
          - The user named in the request's administrative part.
        type: dict
        suboptions:
          user_id:
            description:
              - The user's ID.
            type: int
          user_name:
            description:
              - The user's name.
            type: str
      task:
        description:
          - Options of the task that holds the job.
        type: dict
        suboptions:
          sequence_number:
            description:
              - A number of your own, other than zero. The task ID V(0) of a new task is sent with it.
            type: int
          initiated_from:
            description:
              - Where the server shows the job to come from; V(commandline) is sent when this is left out.
            type: str
            choices:
              - gui
              - commandline
          disabled:
            description:
              - Whether the task is disabled; V(false) is sent by default.
            type: bool
      wire_format:
        description:
          - Whether the request is sent, and its answer wanted, as JSON or as XML.
        type: str
        choices:
          - json
          - xml
        default: json
      enum_format:
        description:
          - How enumerations are sent, since servers take names as well as numbers.
          - V(mixed) sends numbers for the types of task, subtask and entity, and names for levels and retention.
          - In XML, V(mixed) sends names for all but the operation and the subtask type.
          - V(number) sends numbers, and warns where a number is not documented.
          - V(name) sends names.
        type: str
        choices:
          - mixed
          - number
          - name
        default: mixed
"""
