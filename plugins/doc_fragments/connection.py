# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The connection options, which every module has."""

from __future__ import annotations


class ModuleDocFragment:
    """Documentation of ``CONNECTION_SPEC`` in ``module_utils/arguments.py``; a unit test holds the two together."""

    DOCUMENTATION = r"""
notes:
  - Options can come from environment variables, which are read on the controller, the task's C(environment) first.
    This holds as well when the work is handed over to another host. An empty variable counts as unset.
  - An option that is V(null) counts as not given.
  - The work is done on the controller, without shipping a module, when the connection of the host is C(local) and the
    task has neither C(become) nor C(async) nor a Python of its own. C(become) for a whole play makes its tasks slower
    for that reason.
  - Where the module is shipped to another host, Ansible puts its arguments into a temporary file there unless
    pipelining is on, and progress cannot be shown before it ends.
  - On the controller, the environment variable E(NIGHTSHIFT_PROGRESS) says whether progress is shown on the standard
    error output. V(lines) shows it, V(off) does not, and V(auto) (the default) shows it unless the output is made by
    a callback for programs, such as C(json).
  - When a task fails because of a mistake in a playbook, Ansible may show the lines around it. So keep passwords and
    tokens in the environment, in a vault, in vars files or in prompts, not in the playbook.
options:
  platform:
    description:
      - Which backup system is behind O(url).
      - If not given, E(NIGHTSHIFT_PLATFORM) is used.
    type: str
    required: true
    choices:
      - commvault
      - storware
  url:
    description:
      - Where its API begins, for example V(https://HOST/commandcenter/api) or V(https://HOST:8181/api).
      - C(http://) is used only when the URL says so, and with a warning.
      - A user and a password in the URL are refused.
      - If not given, E(NIGHTSHIFT_URL) is used.
    type: str
    required: true
  token:
    description:
      - A token to send with each request, so that nothing needs to log in. On Commvault this is the value of the
        C(Authtoken) header, with or without C(QSDK), or an access token. On Storware it is the session's cookies, as
        M(nightshift.backup.session) returns them.
      - It is never logged out, but by M(nightshift.backup.session) when asked to.
      - If not given, E(NIGHTSHIFT_TOKEN) is used.
    type: str
  username:
    description:
      - Who to log in as when there is no O(token), and when the token expires on the way.
      - If not given, E(NIGHTSHIFT_USERNAME) is used.
    type: str
  password:
    description:
      - The password of O(username).
      - If not given, E(NIGHTSHIFT_PASSWORD) is used.
    type: str
  validate_certs:
    description:
      - Whether the server's TLS certificate must be valid.
      - If not given, E(NIGHTSHIFT_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory with the certificate authorities to trust instead of the system's.
      - It is used even where E(REQUESTS_CA_BUNDLE) or E(CURL_CA_BUNDLE) name others.
    type: path
  client_cert:
    description:
      - A file with a client certificate in PEM format, if the server asks for one.
    type: path
  client_key:
    description:
      - A file with the key of O(client_cert), unless it is in the same file.
    type: path
  timeout:
    description:
      - How many seconds to wait for a connection, and for an answer, of calls that start nothing.
      - If not given, E(NIGHTSHIFT_TIMEOUT) is used.
    type: float
    default: 30
  retries:
    description:
      - How often a call is repeated that failed for a reason that may pass. Only calls that change nothing are
        repeated, after a pause that grows, or that the server asks for.
    type: int
    default: 3
requirements:
  - python >= 3.10
  - requests
  - jsonschema
"""
