# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The settings of automatic schedules: the option ``pattern.automatic`` and ``automaticSchedulePattern``.

Source: the vendor's SDK, which is also where the defaults come from; no page names these fields. The canonical form
is a flat or once nested dict in the words of the option, without what is not set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address
from typing import Any

from ...model.pattern import PatternError
from ...model.pattern_values import nearest, read_mapping, read_number, read_text, read_time, write_time
from .field_types import COMMON, Field, Kind, Scope, put, value_at
from .wire_values import as_bool, as_int, as_time

WIRE = COMMON + "automaticSchedulePattern/"

# Times of day among the fields; the table knows them as the integers that are sent.
_TIMES = frozenset({("sweep_start_time",)})
# Settings that a "threshold" or an address switches on unless "enabled" is given.
_SWITCH = "enabled"


def _row(option: str, wire: str, kind: Kind, *description: str) -> Field:
    way = ("pattern", "automatic", *option.split("."))
    minimum = 0 if kind is Kind.INT else None
    return Field(WIRE + wire, kind, Scope.SHARED, way, description, minimum=minimum, documented=False)


def _threshold(option: str, wire: str, unit: str) -> tuple[Field, ...]:
    return (
        _row(f"{option}.enabled", f"{wire}/enabled", Kind.BOOL, "Whether it counts."),
        _row(f"{option}.threshold", f"{wire}/threshold", Kind.INT, f"The limit, {unit}. Naming it switches it on."),
    )


AUTOMATIC_FIELDS: tuple[Field, ...] = (
    _row("min_backup_interval", "minBackupInterval", Kind.INT, "Hours that pass between jobs at least."),
    _row("min_backup_interval_minutes", "minBackupIntervalMinutes", Kind.INT, "Minutes to be added to them."),
    _row("max_backup_interval", "maxBackupInterval", Kind.INT, "Hours that pass between jobs at most."),
    _row("max_backup_interval_minutes", "maxBackupIntervalMinutes", Kind.INT, "Minutes to be added to them."),
    _row("min_sync_interval", "minSyncInterval", Kind.INT, "Hours that pass between synchronisations at least."),
    _row("min_sync_interval_minutes", "minSyncIntervalMinutes", Kind.INT, "Minutes to be added to them."),
    _row(
        "ignore_op_window_past_max_interval",
        "ignoreOpWindowPastMaxInterval",
        Kind.BOOL,
        "Whether the job runs despite a blackout window once the longest interval has passed.",
    ),
    _row("sweep_start_time", "sweepStartTime", Kind.INT, "The time of day of the sweep, in quotes."),
    _row("use_storage_space_from_ma", "useStorageSpaceFromMA", Kind.BOOL, "Whether space on the MediaAgent counts."),
    _row("wired_network_connection", "wiredNetworkConnection/enabled", Kind.BOOL, "Only on a wired network."),
    _row("dont_use_metered_network", "dontUseMeteredNetwork/enabled", Kind.BOOL, "Not on a metered network."),
    _row("ac_power", "acPower/enabled", Kind.BOOL, "Only on mains power."),
    _row("stop_if_on_battery", "stopIfOnBattery/enabled", Kind.BOOL, "The job stops on battery power."),
    _row("stop_sleep_if_back_up", "stopSleepIfBackUp/enabled", Kind.BOOL, "The machine does not sleep meanwhile."),
    *_threshold("min_network_bandwidth", "minNetworkBandwidth", "in kbit/s"),
    *_threshold("cpu_utilization", "cpuUtilization", "in percent"),
    *_threshold("cpu_utilization_above", "cpuUtilizationAbove", "in percent"),
    *_threshold("disk_used_percent", "diskUsedPercent", "in percent"),
    *_threshold("log_file_num", "logFileNum", "a number of log files"),
    # The server spells it with an f too many.
    _row("specific_network.enabled", "specfificNetwork/enabled", Kind.BOOL, "Whether it counts."),
    _row(
        "specific_network.family", "specfificNetwork/ipAddress/family", Kind.INT, "The address family, V(32) for IPv4."
    ),
    _row("specific_network.address", "specfificNetwork/ipAddress/address", Kind.STR, "Only in this network."),
    _row("specific_network.subnet", "specfificNetwork/ipAddress/subnet", Kind.INT, "The length of its prefix."),
    _row("emergency_backup.enabled", "emergencyBackup/emergencyBackup/enabled", Kind.BOOL, "Whether there is one."),
    _row(
        "emergency_backup.command_name", "emergencyBackup/emergencyBackupCommandName", Kind.STR, "The command for it."
    ),
)

_BY_WAY: Mapping[tuple[str, ...], Field] = {field.option[2:]: field for field in AUTOMATIC_FIELDS}
# Fields under these names, which are unknown here, are carried along as the server has them.
_CARRIED = "native"

# What the server does without a setting, as far as the SDK's defaults tell.
DEFAULTS: Mapping[tuple[str, ...], Any] = {
    **{way: False for way, field in _BY_WAY.items() if field.kind is Kind.BOOL},
    ("min_backup_interval",): 0,
    ("min_backup_interval_minutes",): 15,
    ("max_backup_interval",): 72,
    ("max_backup_interval_minutes",): 0,
    ("min_sync_interval",): 0,
    ("min_sync_interval_minutes",): 2,
    ("sweep_start_time",): "01:00",
    ("min_network_bandwidth", "threshold"): 128,
    ("cpu_utilization", "threshold"): 10,
    ("cpu_utilization_above", "threshold"): 10,
    ("disk_used_percent", "threshold"): 80,
    ("log_file_num", "threshold"): 50,
    ("specific_network", "family"): 32,
    ("specific_network", "address"): str(IPv4Address(0)),
    ("specific_network", "subnet"): 24,
    ("emergency_backup", "command_name"): "",
}

USUAL_INTERVALS: Mapping[str, Any] = {
    way[0]: value for way, value in DEFAULTS.items() if way[0].endswith(("_interval", "_interval_minutes"))
}


def leaves(settings: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the way and the value of every setting."""
    for name, value in settings.items():
        if isinstance(value, Mapping) and name != _CARRIED:
            yield from (((name, inner), part) for inner, part in value.items())
        else:
            yield (name,), value


def read_automatic(option: str, value: Any) -> dict[str, Any]:
    """Return the canonical form of ``pattern.automatic``; raise ``PatternError`` for what it cannot be."""
    settings: dict[str, Any] = {}
    for name, part in read_mapping(option, value).items():
        if name == _CARRIED:
            settings[name] = read_mapping(f"{option}.{name}", part)
        elif isinstance(part, Mapping):
            inner = {key: item for key, item in part.items() if item is not None}
            settings[name] = {key: _read_leaf(option, (name, key), item) for key, item in inner.items()}
            if inner and _SWITCH not in inner and (name, _SWITCH) in _BY_WAY:
                settings[name][_SWITCH] = True
        else:
            settings[name] = _read_leaf(option, (name,), part)
    return settings


def _read_leaf(option: str, way: tuple[str, ...], value: Any) -> Any:
    name = ".".join((option, *way))
    field = _BY_WAY.get(way)
    if field is None:
        known = sorted({".".join(other) for other in _BY_WAY})
        guess = nearest(".".join(way), known)
        hint = f" Did you mean {guess}?" if guess else f" Allowed are {', '.join(known)}."
        raise PatternError(name, f"{name} is not a setting of automatic schedules.{hint}")
    if way in _TIMES:
        return write_time(read_time(name, value))
    if field.kind is Kind.BOOL:
        truth = as_bool(value)
        if truth is None:
            raise PatternError(name, f"{name} is {value!r}; allowed are true and false.")
        return truth
    return read_number(name, value, 0) if field.kind is Kind.INT else read_text(name, value)


def encode_automatic(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``automaticSchedulePattern`` for canonical settings, the same for JSON and XML."""
    tree: dict[str, Any] = dict(settings.get(_CARRIED) or {})
    for way, value in leaves(settings):
        if way != (_CARRIED,):
            time = as_time(value) if way in _TIMES else None
            number = None if time is None else time.hour * 3600 + time.minute * 60 + time.second
            put(tree, _BY_WAY[way].wire.removeprefix(WIRE), value if number is None else number)
    return tree


def decode_automatic(wire: Mapping[str, Any]) -> dict[str, Any]:
    """Return the canonical settings of ``automaticSchedulePattern``. Unknown fields are carried under ``native``."""
    settings: dict[str, Any] = {}
    for way, field in _BY_WAY.items():
        value = _leaf_of(way, field, value_at(wire, field.wire.removeprefix(WIRE)))
        if value is not None:
            here = settings if len(way) == 1 else settings.setdefault(way[0], {})
            here[way[-1]] = value
    known = {field.wire.removeprefix(WIRE).partition("/")[0] for field in AUTOMATIC_FIELDS}
    carried = {key: value for key, value in wire.items() if key not in known}
    return {**settings, _CARRIED: carried} if carried else settings


def _leaf_of(way: tuple[str, ...], field: Field, value: Any) -> Any:
    if value is None:
        return None
    if way in _TIMES:
        time = as_time(value)
        return None if time is None else write_time(time)
    if field.kind is Kind.BOOL:
        return as_bool(value)
    return as_int(value) if field.kind is Kind.INT else str(value)


def without_defaults(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings that differ from what the server does without them."""
    kept: dict[str, Any] = {}
    for way, value in leaves(settings):
        if value not in ({}, None) and (way not in DEFAULTS or DEFAULTS[way] != value):
            here = kept if len(way) == 1 else kept.setdefault(way[0], {})
            here[way[-1]] = value
    for name, part in kept.items():
        # A limit without its switch would be read as switched on.
        if (name, _SWITCH) in _BY_WAY:
            part.setdefault(_SWITCH, False)
    return kept
