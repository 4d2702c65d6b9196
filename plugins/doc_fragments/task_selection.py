# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by scripts/generate_doc_fragments.py from the field tables of the platforms. Change those, not this file.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  select:
    description:
      - Which tasks are moved, in place of O(ids). All filters that are given must fit.
      - Where O(select.states) is not given, it means the tasks that can be moved to O(state).
      - An empty filter is refused, since it would select everything by accident.
    type: dict
    suboptions:
      all_running:
        description:
          - All running tasks.
        type: bool
      all_finished:
        description:
          - All tasks that have ended, whatever their end.
        type: bool
      all_finished_and_queued:
        description:
          - All tasks that have ended or are queued.
        type: bool
      targets:
        description:
          - Only tasks of these objects. On Commvault, a client alone means everything on it, and a backup
            set all of its subclients.
          - On Commvault names are compared in any case. On Storware a name must be that of exactly one entity.
        type: list
        elements: dict
        suboptions:
          client:
            description:
              - The client's name. On Commvault, this or O(select.targets[].client_id) is needed.
            type: str
          client_id:
            description:
              - The client's ID.
            type: int
          app:
            description:
              - The application's (agent's) name.
            type: str
          app_id:
            description:
              - The application's ID.
            type: int
          instance:
            description:
              - The instance's name, for example V(DefaultInstanceName).
            type: str
          instance_id:
            description:
              - The instance's ID.
            type: int
          backupset:
            description:
              - The backup set's name. Without one, all of the client's are meant.
            type: str
          backupset_id:
            description:
              - The backup set's ID.
            type: int
          subclient:
            description:
              - The subclient's name. Without one, all subclients are meant.
            type: str
          subclient_id:
            description:
              - The subclient's ID.
            type: int
          display_name:
            description:
              - The name under which the client is shown.
            type: str
          commcell_id:
            description:
              - The CommCell's ID. V(2) is the local CommCell.
            type: int
          company:
            description:
              - The company (tenant) that owns the client.
            type: str
          company_id:
            description:
              - The company's ID.
            type: int
          multi_commcell_id:
            description:
              - The CommCell's ID among several CommCells.
            type: int
          entity_type:
            description:
              - What the target is. It follows from what is named, and may be left out.
            type: str
            choices:
              - backupset
              - subclient
          name:
            description:
              - The name of a protected entity of Storware, such as a VM, exactly as the server shows it.
              - A Storware target needs this or O(select.targets[].guid). A name that several share must be
                narrowed.
            type: str
          guid:
            description:
              - The GUID that Storware gave the entity. The platform's own uuid is another thing.
            type: str
          hypervisor:
            description:
              - The host name or GUID of the hypervisor, to narrow a name.
            type: str
          hypervisor_manager:
            description:
              - The name, URL or GUID of the hypervisor manager, to narrow a name.
            type: str
          project:
            description:
              - The UUID of the project that look-ups are narrowed to. It is sent as C(project-uuid).
              - The prefix that Storware gives names of projects is not part of O(select.targets[].name).
            type: str
          kind:
            description:
              - What kind of entity it is. By default a V(vm).
              - Which rules other entities have is not documented, so give the GUIDs in C(storware.rules)
                for them.
            type: str
            choices:
              - vm
              - app
              - storage
              - os
              - os_agent
              - cloud
              - cloud_user
              - cloud_group
              - cloud_site
              - cloud_teams
      states:
        description:
          - Only tasks in one of these states.
          - Storware has no tasks that are V(paused), V(warning) or V(partial).
        type: list
        elements: str
        choices:
          - queued
          - running
          - paused
          - succeeded
          - warning
          - partial
          - failed
          - cancelled
          - unknown
      types:
        description:
          - Only tasks of these types, in the words of the server and in any case, for example V(Backup),
            V(Synthetic Full) or V(Restore) on Commvault, and V(EXPORT), V(STORE) or V(RESTORE) on Storware.
        type: list
        elements: str
      name_like:
        description:
          - Only tasks of an object whose name holds this text, in any case. On Commvault, that of the client,
            the application, the instance, the backup set or the subclient. On Storware, that of the protected
            entity.
        type: str
      search:
        description:
          - Only tasks that the server finds by this free text, as in the vendor's search box. What it compares
            is the server's affair.
          - Storware only; Commvault refuses it by name.
        type: str
      schedule:
        description:
          - Only tasks that this schedule started. Its name, on Commvault in any case, or its ID.
          - On Commvault, each job that the other filters leave is asked for its schedule, so narrow it by
            them.
        type: str
      parent_task:
        description:
          - Only tasks that this one started. On Commvault, the ID of a task, such as the C(task_id) of a
            row of M(nightshift.backup.backup_task). On Storware, the GUID of a task.
          - On Commvault, each job that the other filters leave is asked for its task, so narrow it by them.
        type: str
      workflow_execution:
        description:
          - Only tasks of this workflow execution, by its GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      node:
        description:
          - Only tasks of this node, by its name or GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      hypervisor:
        description:
          - Only tasks of this hypervisor, by its host name or GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      hypervisor_manager:
        description:
          - Only tasks of this hypervisor manager, by its URL, name or GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      backup:
        description:
          - Only tasks of this backup, by its GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      backup_destination:
        description:
          - Only tasks that use this backup destination, by its name or GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      storage_provider:
        description:
          - Only tasks of this storage provider, by its GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      project:
        description:
          - Only tasks of this project, by its UUID.
          - Storware only; Commvault refuses it by name.
        type: str
      protected_entity:
        description:
          - Only tasks of this protected entity, by the name of a VM or by its GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      restore_job:
        description:
          - Only tasks of this restore job, by its GUID.
          - Storware only; Commvault refuses it by name.
        type: str
      mounted_backup_assigned:
        description:
          - Only tasks to which a mounted backup is assigned, or with V(false) only those to which none is.
          - What the server takes that for is not documented, so the two lists are read and compared.
          - Storware only; Commvault refuses it by name.
        type: bool
      queued_for_node:
        description:
          - Only tasks that are queued for this node, by its name or GUID.
          - The call that is made is the one by which the node itself fetches its work. What it does to a
            server beside answering is not documented, so use it on a server that you may disturb. It is never
            repeated.
          - Storware only; Commvault refuses it by name.
        type: str
      since:
        description:
          - Only tasks that began at this time or later. A duration such as V(90m), V(24h) or V(7d) ago, on
            the server's clock, or a date and time in ISO 8601 (UTC where it names no zone).
          - When it is not given, ended tasks of the last V(24h) are meant, and whatever has not ended, however
            long ago it began.
        type: str
      until:
        description:
          - Only tasks that began at this time or earlier, written as for O(select.since).
        type: str
"""
