"""Prints the local time of every time zone around each of its changes.

Usage: zones.py DIRECTORY LAST_YEAR. Answers come from Python's zoneinfo, names and daylight
flags from the C library.

A line `= NAME` begins a zone. Each line after it is a change:
    SECOND OFFSET OFFSET OFFSET ABBREVIATION DAYLIGHT LOCAL...
with the second since the epoch; the offsets a second before it, at it and a second after it;
what the time is called then, and whether it is daylight saving time; and for each of the local
times of `locals_around`, in that order, local time minus instant, all in seconds.
"""

import os
import struct
import sys
import time
import zoneinfo
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1)
FIRST = -(1 << 35)  # datetime supports no earlier years; only the Big Bang is earlier.
STEP = 10 * 86400  # No zone keeps an offset of its footer for less time.


def table(path):
    """Returns the change times in a TZif file of version 2 or later, and whether its footer has more."""
    with open(path, "rb") as file:
        data = file.read()
    counts = struct.unpack(">6l", data[20:44])
    ut, standard, leap, times, types, chars = counts
    start = 44 + times * 5 + types * 6 + chars + leap * 8 + standard + ut
    times = struct.unpack(">6l", data[start + 20 : start + 44])[3]
    table = struct.unpack(f">{times}q", data[start + 44 : start + 44 + times * 8])
    return list(table), b"," in data.rsplit(b"\n", 2)[1]


def offset_at(zone, second):
    utc = (EPOCH + timedelta(seconds=second)).replace(tzinfo=timezone.utc)
    local = utc.astimezone(zone).replace(tzinfo=None)
    return int((local - EPOCH).total_seconds()) - second


def offset_of_local(zone, second):
    """Returns the current offset; for a skipped time, the one before the gap (PEP 495)."""
    local = (EPOCH + timedelta(seconds=second)).replace(tzinfo=zone)
    return int(local.utcoffset().total_seconds())


def footer_changes(zone, start, end):
    """Returns the changes in an interval, found by checking the offset every few days."""
    changes = []
    while start < end:
        low, high = start, start + STEP
        before = offset_at(zone, low)
        if offset_at(zone, high) != before:
            while high - low > 1:
                middle = (low + high) // 2
                if offset_at(zone, middle) == before:
                    low = middle
                else:
                    high = middle
            changes.append(high)
        start += STEP
    return changes


def locals_around(second, before, after):
    low, high = second + min(before, after), second + max(before, after)
    return [low - 1, low, (low + high) // 2, high - 1, high, high + 1]


def line(zone, second):
    offsets = [offset_at(zone, second + step) for step in (-1, 0, 1)]
    clock = time.localtime(second)
    here = [
        offset_of_local(zone, local)
        for local in locals_around(second, offsets[0], offsets[1])
    ]
    return " ".join(map(str, [second, *offsets, clock.tm_zone, clock.tm_isdst, *here]))


def main(directory, last_year):
    zoneinfo.reset_tzpath(to=[directory])
    end = int((datetime(last_year + 1, 1, 1) - EPOCH).total_seconds())
    for name in sorted(zoneinfo.available_timezones() - {"Factory", "localtime"}):
        zone = zoneinfo.ZoneInfo(name)
        os.environ["TZ"] = f":{directory}/{name}"
        time.tzset()
        changes, repeats = table(f"{directory}/{name}")
        changes = [second for second in changes if second > FIRST]
        if repeats:
            changes += footer_changes(zone, changes[-1] + 1 if changes else 0, end)
        print("=", name)
        # Also check a time without changes.
        for second in changes or [0, end]:
            print(line(zone, second))


main(sys.argv[1], int(sys.argv[2]))
