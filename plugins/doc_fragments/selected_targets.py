# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by scripts/generate_doc_fragments.py from the field tables of the platforms. Change those, not this file.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  targets:
    description:
      - What is judged. On Commvault a client alone means everything on it, and a backup set all of its subclients,
        and names are compared in any case. On Storware, a name must be that of exactly one entity.
    type: list
    elements: dict
    suboptions:
      client:
        description:
          - The client's name. On Commvault, this or O(targets[].client_id) is needed.
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
          - A Storware target needs this or O(targets[].guid). A name that several share must be narrowed.
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
          - The prefix that Storware gives names of projects is not part of O(targets[].name).
        type: str
      kind:
        description:
          - What kind of entity it is. By default a V(vm).
          - Which rules other entities have is not documented, so give the GUIDs in C(storware.rules) for
            them.
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
"""
