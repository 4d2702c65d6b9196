# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from nightshift_sandbox import __version__
from nightshift_sandbox.server import Settings, run


def parser() -> argparse.ArgumentParser:
    """Options of `nightshift-sandbox`."""
    top = argparse.ArgumentParser(prog="nightshift-sandbox", description="A local server that speaks the backup APIs.")
    top.add_argument("--version", action="version", version=__version__)
    serve = top.add_subparsers(dest="command", required=True).add_parser("serve", help="serve until SIGTERM")
    add = serve.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=0, help="port; 0 takes a free one (default)")
    add("--no-tls", action="store_true", help="plain HTTP")
    add("--state", type=Path, help="SQLite file in which everything survives a restart")
    add("--estate", type=int, default=0, metavar="N", help="N more clients, host0001 and so on")
    add("--seed-data", type=Path, metavar="FILE", help="own clients, JSON or YAML")
    add("--time-scale", type=float, default=1.0, metavar="N", help="jobs progress N times faster (default: 1)")
    add("--faults", type=Path, metavar="FILE", help="fault rules, JSON or YAML")
    add("--ready-file", type=Path, metavar="FILE", help="written when requests can be answered")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Entry point; returns the exit code."""
    options = parser().parse_args(arguments)
    return run(
        Settings(
            host=options.host,
            port=options.port,
            tls=not options.no_tls,
            state=options.state,
            estate=options.estate,
            seed_data=options.seed_data,
            time_scale=options.time_scale,
            faults=options.faults,
            ready_file=options.ready_file,
        )
    )
