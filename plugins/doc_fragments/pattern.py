# Copyright (c) 2026, nightshift.backup contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Made by scripts/generate_doc_fragments.py from the field tables of the platforms. Change those, not this file.

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  pattern:
    description:
      - When the schedule runs. A new schedule needs it.
      - Of a schedule that exists, only the keys that are given are compared and changed.
      - Giving another O(pattern.frequency) than the schedule has leaves behind what the new one does not
        use.
      - What a platform has no form for is refused before any request.
      - On Storware these are any O(pattern.every) but V(1), dates, occurrences, calendars and exceptions.
      - So is a time that falls on another day in UTC there, where the week or the month is restricted.
    type: dict
    suboptions:
      frequency:
        description:
          - How the schedule repeats. Which other keys there are depends on it; one that it does not use is
            refused.
          - V(other) is a way to repeat that only the server knows; O(pattern.native) describes it.
          - Storware has V(daily), V(weekly), V(monthly_relative), V(yearly_relative) and V(other).
        type: str
        required: true
        choices:
          - once
          - daily
          - weekly
          - monthly
          - monthly_relative
          - yearly
          - yearly_relative
          - automatic
          - continuous
          - other
      every:
        description:
          - Every so many days, weeks or months, by default every one. Weeks begin on Sunday.
          - 'With V(continuous), the time from the end of a job to the next one, such as V(45m): whole minutes.'
          - For V(daily), V(weekly), V(monthly), V(monthly_relative) and V(continuous).
          - Needed with V(continuous).
        type: str
      at:
        description:
          - 'The time of day at which the job starts, in the schedule''s time zone: V("21:00") or V("21:00:30").'
          - It is written in quotes. Without them YAML reads it as a number, which is refused.
          - For V(once), V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative),
            V(continuous) and V(other).
          - Needed with V(once), V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly) and V(yearly_relative).
        type: str
      days:
        description:
          - The days of the week. A text with commas between them will do as well.
          - For V(weekly).
          - It is needed then.
        type: list
        elements: str
        choices:
          - monday
          - tuesday
          - wednesday
          - thursday
          - friday
          - saturday
          - sunday
      day_of_month:
        description:
          - The day of the month, V(1) to V(31). A month without it runs on its last day.
          - For V(monthly) and V(yearly).
          - It is needed then.
        type: int
      month:
        description:
          - The month, V(1) to V(12) or its English name.
          - For V(yearly) and V(yearly_relative).
          - It is needed then.
        type: str
      week:
        description:
          - Which one of O(pattern.day) in the month.
          - For V(monthly_relative) and V(yearly_relative).
          - It is needed then.
        type: str
        choices:
          - first
          - second
          - third
          - fourth
          - last
      day:
        description:
          - A day of the week, or any V(day), V(weekday) (Monday to Friday) or V(weekend_day) of the month.
          - For V(monthly_relative) and V(yearly_relative).
          - It is needed then.
        type: str
        choices:
          - monday
          - tuesday
          - wednesday
          - thursday
          - friday
          - saturday
          - sunday
          - day
          - weekday
          - weekend_day
      start_date:
        description:
          - The first day, for example V(2026-11-22). A new schedule starts on the server's today unless it
            says.
          - It is compared only where it is given, and the day of V(once) always is.
          - For V(once), V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative),
            V(continuous) and V(other).
          - Needed with V(once).
        type: str
      end_date:
        description:
          - The last day. V(never) takes an end away.
          - For V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative), V(continuous)
            and V(other).
        type: str
      occurrences:
        description:
          - How often the job starts in all, repetitions within the day included. V(0) is without end.
          - For V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative) and V(other).
        type: int
      repeat_every:
        description:
          - Repeats the job within the day, for example every V(4h). V(0) takes a repetition away.
          - For V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative) and V(other).
        type: str
      repeat_until:
        description:
          - The time of day at which repeating stops, in quotes. Not before O(pattern.at), nor after midnight.
          - For V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative) and V(other).
        type: str
      timezone:
        description:
          - 'The time zone: a name as the server shows it, or an IANA name such as V(Europe/Berlin).'
          - On Commvault, that of the CommServe if not given; V(Client Time Zone) stands for that of each
            client.
          - On Storware an IANA name, and UTC if not given.
          - That server knows UTC alone. Times and days are turned into it by the offset of the moment.
          - After a change of the clocks the next run of the play finds a difference, with V(dst) as its reason.
        type: str
      timezone_id:
        description:
          - The ID of the time zone on this server.
        type: int
      calendar:
        description:
          - The name of the calendar.
          - For V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative) and V(other).
        type: str
      calendar_id:
        description:
          - The ID of the calendar on this server.
          - For V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative) and V(other).
        type: int
      automatic:
        description:
          - When the job starts by the server's own judgement.
          - For V(automatic).
        type: dict
        suboptions:
          min_backup_interval:
            description:
              - Hours that pass between jobs at least.
            type: int
          min_backup_interval_minutes:
            description:
              - Minutes to be added to them.
            type: int
          max_backup_interval:
            description:
              - Hours that pass between jobs at most.
            type: int
          max_backup_interval_minutes:
            description:
              - Minutes to be added to them.
            type: int
          min_sync_interval:
            description:
              - Hours that pass between synchronisations at least.
            type: int
          min_sync_interval_minutes:
            description:
              - Minutes to be added to them.
            type: int
          ignore_op_window_past_max_interval:
            description:
              - Whether the job runs despite a blackout window once the longest interval has passed.
            type: bool
          sweep_start_time:
            description:
              - The time of day of the sweep, in quotes.
            type: str
          use_storage_space_from_ma:
            description:
              - Whether space on the MediaAgent counts.
            type: bool
          wired_network_connection:
            description:
              - Only on a wired network.
            type: bool
          dont_use_metered_network:
            description:
              - Not on a metered network.
            type: bool
          ac_power:
            description:
              - Only on mains power.
            type: bool
          stop_if_on_battery:
            description:
              - The job stops on battery power.
            type: bool
          stop_sleep_if_back_up:
            description:
              - The machine does not sleep meanwhile.
            type: bool
          min_network_bandwidth:
            description:
              - The bandwidth of the network that there must be.
            type: dict
            suboptions:
              enabled:
                description:
                  - Whether it counts.
                type: bool
              threshold:
                description:
                  - The limit, in kbit/s. Naming it switches it on.
                type: int
          cpu_utilization:
            description:
              - The load of the processor below which the job may start.
            type: dict
            suboptions:
              enabled:
                description:
                  - Whether it counts.
                type: bool
              threshold:
                description:
                  - The limit, in percent. Naming it switches it on.
                type: int
          cpu_utilization_above:
            description:
              - The load of the processor above which the job does not start.
            type: dict
            suboptions:
              enabled:
                description:
                  - Whether it counts.
                type: bool
              threshold:
                description:
                  - The limit, in percent. Naming it switches it on.
                type: int
          disk_used_percent:
            description:
              - How full a disk has to be for the job to start.
            type: dict
            suboptions:
              enabled:
                description:
                  - Whether it counts.
                type: bool
              threshold:
                description:
                  - The limit, in percent. Naming it switches it on.
                type: int
          log_file_num:
            description:
              - How many log files there have to be for the job to start.
            type: dict
            suboptions:
              enabled:
                description:
                  - Whether it counts.
                type: bool
              threshold:
                description:
                  - The limit, a number of log files. Naming it switches it on.
                type: int
          specific_network:
            description:
              - The network that the client has to be in.
            type: dict
            suboptions:
              enabled:
                description:
                  - Whether it counts.
                type: bool
              family:
                description:
                  - The address family, V(32) for IPv4.
                type: int
              address:
                description:
                  - Only in this network.
                type: str
              subnet:
                description:
                  - The length of its prefix.
                type: int
          emergency_backup:
            description:
              - A backup in an emergency.
            type: dict
            suboptions:
              enabled:
                description:
                  - Whether there is one.
                type: bool
              command_name:
                description:
                  - The command for it.
                type: str
      exceptions:
        description:
          - Days on which the job does not run.
          - An entry has either C(week) and C(day), such as the last Friday, or C(days_of_month).
          - The list is compared and sent as a whole; an empty one takes all exceptions away.
          - For V(daily), V(weekly), V(monthly), V(monthly_relative), V(yearly), V(yearly_relative) and V(other).
        type: list
        elements: dict
        suboptions:
          week:
            description:
              - Which one in the month.
            type: str
            choices:
              - first
              - second
              - third
              - fourth
              - last
          day:
            description:
              - Which kind of day.
            type: str
            choices:
              - monday
              - tuesday
              - wednesday
              - thursday
              - friday
              - saturday
              - sunday
              - day
              - weekday
              - weekend_day
          days_of_month:
            description:
              - Days by their numbers.
            type: list
            elements: int
      description:
        description:
          - A text for people. By default a sentence that says the same as the pattern.
          - A server that puts a sentence of its own in its place is not fought.
        type: str
      native:
        description:
          - Fields of the server, in its own words, that have no key here.
          - M(nightshift.backup.backup_schedule_info) shows them, so that a schedule can be fed back as it
            is.
          - Needed with V(other).
        type: dict
"""
