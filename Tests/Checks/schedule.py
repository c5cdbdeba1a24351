"""Computes when reports are due in every time zone, using Python's zoneinfo.

Usage: schedule.py DIRECTORY. Each line is one schedule and all its occurrences:
    ZONE FREQUENCY HH:MM WEEKDAY DAY START END OCCURRENCE...
START is exclusive and END is inclusive; all times are seconds since the epoch, and
each occurrence is written as the seconds since the one before it, the first since START.
"""

import os
import random
import sys
import zoneinfo
from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

# Times of large jumps, in addition to the years in which every zone is checked.
JUMPS = [
    ("Pacific/Apia", 2011, 2012),
    ("Pacific/Fakaofo", 2011, 2012),
    ("Pacific/Kwajalein", 1993, 1994),
    ("Pacific/Kwajalein", 1969, 1970),
    ("Pacific/Kiritimati", 1994, 1995),
    ("Pacific/Enderbury", 1994, 1995),
    ("Pacific/Guam", 1844, 1845),
    ("Asia/Manila", 1844, 1845),
    ("America/Juneau", 1867, 1868),
    ("America/Metlakatla", 1867, 1868),
    ("Africa/Monrovia", 1971, 1973),
    ("Antarctica/Casey", 2009, 2024),
    ("Antarctica/Troll", 2004, 2008),
    ("Asia/Pyongyang", 2015, 2019),
    ("Europe/London", 1940, 1948),
    ("Europe/Dublin", 1970, 1973),
]


@lru_cache(maxsize=None)
def due_days(frequency, weekday, day, first, last):
    """Returns all days on which a report is due, by checking every day."""
    days = []
    for number in range(first.toordinal(), last.toordinal() + 1):
        today = date.fromordinal(number)
        month_end = monthrange(today.year, today.month)[1]
        if (
            frequency == "daily"
            or frequency == "weekly" and today.strftime("%A").lower() == weekday
            or frequency == "monthly" and today.day == min(day, month_end)
        ):
            days.append(today)
    return days


def keeps_still(name):
    """Returns whether the offset is the same on the first of every month in three years."""
    zone = zoneinfo.ZoneInfo(name)
    months = [datetime(2025 + month // 12, month % 12 + 1, 1) for month in range(36)]
    return len({month.replace(tzinfo=zone).utcoffset() for month in months}) == 1


def occurrences(zone, frequency, clock, weekday, day, start, end):
    margin = timedelta(days=40)
    days = due_days(frequency, weekday, day, start.date() - margin, end.date() + margin)
    # fold=0 means the first of two times, and the offset before a gap: PEP 495.
    due = {datetime.combine(today, clock, zone).timestamp() for today in days}
    return sorted(int(at) for at in due if start.timestamp() < at <= end.timestamp())


def line(name, frequency, clock, weekday, day, first_year, last_year):
    start = datetime(first_year, 1, 1, tzinfo=timezone.utc)
    end = datetime(last_year, 1, 1, tzinfo=timezone.utc)
    zone = zoneinfo.ZoneInfo(name)
    due = occurrences(zone, frequency, clock, weekday, day, start, end)
    start, end = int(start.timestamp()), int(end.timestamp())
    steps = [after - before for before, after in zip([start] + due, due)]
    head = [name, frequency, clock.strftime("%H:%M"), weekday, day, start, end]
    return " ".join(map(str, head + steps))


def schedules(names):
    """Returns the arguments of `line`: every zone at 17:00, and at unusual times and days."""
    wednesday, random_time = "wednesday", random.Random(25)
    weekdays = "monday tuesday wednesday thursday friday saturday sunday".split()
    for name in names:
        # Without clock changes, one year is enough.
        last = 2026 if keeps_still(name) else 2028
        yield name, "daily", time(17), wednesday, 25, 2025, last
        yield name, "weekly", time(17), wednesday, 25, 2025, 2028
        yield name, "monthly", time(17), wednesday, 25, 2025, 2028
        # At night, when clocks change, mostly on Sundays and often at the end of a month.
        night = time(random_time.randrange(3), random_time.randrange(60))
        if last == 2028:
            yield name, "daily", night, wednesday, 25, 2026, 2027
        yield name, "weekly", night, "sunday", 25, 2025, 2028
        yield name, "weekly", time(random_time.randrange(24)), random_time.choice(
            weekdays
        ), 25, 2026, 2027
        for day in (29, 30, 31):
            yield name, "monthly", night, wednesday, day, 2024, 2029
    for name, first, last in JUMPS:
        for clock in (time(0), time(2, 30), time(17), time(23, 59, 59)):
            yield name, "daily", clock.replace(second=0), wednesday, 25, first, last
            for weekday in weekdays:
                yield name, "weekly", clock.replace(second=0), weekday, 25, first, last
            for day in (1, 21, 25, 30, 31):
                yield name, "monthly", clock.replace(second=0), wednesday, day, first, last


def main(directory):
    zoneinfo.reset_tzpath(to=[directory])
    names = sorted(zoneinfo.available_timezones() - {"Factory", "localtime"})
    # A link equals the zone that it points to.
    names = [name for name in names if not os.path.islink(f"{directory}/{name}")]
    for schedule in schedules(names):
        print(line(*schedule))


main(sys.argv[1])
