# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that a running sandbox consists of, in one object."""

from __future__ import annotations

from dataclasses import dataclass, field

from nightshift_sandbox.clock import Clock
from nightshift_sandbox.commvault.engine import Engine
from nightshift_sandbox.commvault.estate import Estate
from nightshift_sandbox.commvault.firing import Firing
from nightshift_sandbox.commvault.users import Users
from nightshift_sandbox.faults import Faults
from nightshift_sandbox.reqlog import RequestLog
from nightshift_sandbox.store.documents import Documents
from nightshift_sandbox.storware.system import System


@dataclass
class World:
    """The parts that services work with."""

    clock: Clock
    store: Documents
    estate: Estate
    users: Users
    engine: Engine
    firing: Firing
    storware: System
    faults: Faults = field(default_factory=Faults)
    log: RequestLog = field(default_factory=RequestLog)
