"""Counts the callbacks of a messy log by the rules of the specification, independently of the program.

recount.py write SEED FILES DIRECTORY KIND: generates a log and writes it as log0.ndjson, log1.ndjson …
  and windows.txt, with start, end and the time of the report in RFC 3339 per line. KIND is busy,
  nights (nothing at night and at weekends), sparse, or outages (nights, and times without records).
recount.py compare DIRECTORY: counts every window of windows.txt from the logs, and compares with
  window0.json, window1.json … (`report --format json`), window0.txt … (`--format text`) and
  window0.csv … (`--format csv`); prints how many windows were compared and every difference.

The rules: a callback counts once, in the period in which its latest attempt finished,
with the outcome of that attempt. The latest attempt has the highest number, then the latest end.
If records of one attempt disagree, delivered wins over failed, and failed over retrying; between
two that failed, the reason that is later in the list of reasons wins, as in the program.

A report shows the log as of its time: later attempts are ignored. A window that has not ended
counts up to that time, and is compared with the same part of the window before. The window before
is counted as it was when it was as old as the window is now, in whole quarter hours. The delivery rate is delivered / (delivered + failed). It is unknown if
nothing has finished, or if nothing has failed and something is retrying.

An endpoint is a profile, or the origin of the URL, or neither. It is failing at the end of a window
with an unsuccessful attempt when at least 10 of the callbacks whose latest attempt finished in the
current and the previous quarter hour were not delivered and fewer than half were, or when at least
3 callbacks were tried since its last delivered attempt, the first of them 15 minutes ago.

A silence is a time without records of any company: between two records, of which at least an hour
and 1/24 of the window are inside the window, or since the last record, at least an hour. It is
unusual if it is 3 times as long as every gap in the 4 weeks before (6 times in a log younger than a
week, and longer than a day in one younger than a day), of which there must be 5. It is also unusual
if it includes 1, 2, 4, 8 or 16 hours, counted from an hour after its start in steps of an hour, that
were busy on each of the 7 days before, or on the same weekday in each of the 4 weeks before: with no
gap longer than a third of these hours, in these hours and a third of them before. Gaps are between
quarter hours with records.
"""
import bisect
import collections
import csv
import datetime
import json
import math
import pathlib
import random
import re
import sys
from urllib.parse import urlsplit

COMPANY = "HXXXXXXX071IN"
START = datetime.datetime(2026, 10, 20, tzinfo=datetime.timezone.utc)
DAY = 86_400_000
WEEK = 7 * DAY
DAYS = 40
REASONS = ["http_3xx", "http_4xx", "http_5xx", "timeout", "dns", "connect", "tls", "blocked",
           "disabled", "other"]
RANK = {"delivered": 2, "failed": 1, "retrying": 0}
QUARTER = 900_000
# The company's time zone, without clock changes.
ZONE = datetime.timezone(datetime.timedelta(hours=5, minutes=30))


def stamp(milliseconds):
    moment = START + datetime.timedelta(milliseconds=milliseconds)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    rest = milliseconds % 1000
    return text + (f".{rest:03}Z" if rest else "Z")


def moment(random):
    """Returns a time that is often at or next to the end of a window or of a counted interval."""
    kind = random.randrange(4)
    if kind == 0:
        return random.randrange(DAYS * DAY)
    step = random.choice([900_000, 900_000, 3_600_000, DAY])
    at = random.randrange(DAYS * DAY // step) * step
    return max(0, at + random.choice([0, 0, -1, 1, random.randrange(step)]))


def written(random, milliseconds):
    """Returns an instant in one of the allowed formats."""
    unix = int(START.timestamp() * 1000) + milliseconds
    kind = random.randrange(4)
    if kind == 0 and milliseconds % 1000 == 0:
        return unix // 1000
    if kind == 1:
        return unix
    if kind == 2:
        offset = datetime.timezone(datetime.timedelta(minutes=random.choice([-210, 60, 330, 765])))
        local = (START + datetime.timedelta(milliseconds=milliseconds)).astimezone(offset)
        return local.isoformat(timespec="milliseconds")
    return stamp(milliseconds)


def result(random, last):
    """Returns the fields with the result of an attempt."""
    kind = random.randrange(6)
    if kind == 0:
        return {"status": random.choice([200, 204, 299])}
    if kind == 1:
        return {"status": random.choice([301, 404, 500, 503, 199])}
    if kind == 2:
        return {"error": random.choice(REASONS + ["free text of some server"])}
    if kind == 3:
        return {"outcome": "delivered"}
    if kind == 4 and last:
        return {"outcome": "failed", "status": random.choice([None, 302, 410, 502])}
    return {"outcome": "retrying", "error": random.choice([None, "timeout"])}


def attempts(random, number):
    """Returns all records of one callback: retries over days, unnumbered ones, corrections, repeats."""
    common = {
        "callback_id": f"cb {number}",
        "company": COMPANY if random.random() < 0.9 else "ANOTHER",
        "profile_id": random.choice(["IN_a", "IN_b", "IN_c", None]),
        "channel": random.choice(["sms", "voice", "whatsapp", None]),
        "url": random.choice([None, "https://hooks.example.com/cb?x=1",
                              "http://user@Shop.Example:8080/orders", "https://b.example:443"]),
    }
    count = random.choice([1, 1, 1, 2, 2, 3, 5])
    numbered = random.random() < 0.6
    at = moment(random)
    for index in range(count):
        record = {**common, "finished_at": at}
        if numbered:
            record["attempt"] = index + 1 if random.random() < 0.9 else random.randint(1, 4)
        record |= result(random, index == count - 1)
        yield record
        if random.random() < 0.15:
            yield {**record, "outcome": None, "status": None, "error": None} | result(random, True)
        if random.random() < 0.2:
            yield dict(record)
        wait = random.choice([0, 1, 60_000, 900_000, 7_200_000, DAY, 3 * DAY])
        at = min(DAYS * DAY - 1, at + wait) if random.random() < 0.9 else moment(random)


def is_quiet(kind, at, outages):
    """Returns whether a kind of log has no records at a time."""
    local = (START + datetime.timedelta(milliseconds=at)).astimezone(ZONE)
    night = local.hour < 8 or local.hour >= 20 or local.weekday() >= 5
    return kind in ("nights", "outages") and night or any(one <= at < other for one, other in outages)


def write(seed, files, directory, kind):
    chance = random.Random(seed)
    number = {"busy": 1500, "nights": 6000, "sparse": 40, "outages": 6000}[kind]
    records = [record for number in range(number) for record in attempts(chance, number)]
    outages = []
    for _ in range(4 if kind == "outages" else 0):
        start = chance.randrange(8 * DAY, DAYS * DAY)
        outages.append((start, start + chance.randrange(3_600_000, 2 * DAY)))
    records = [record for record in records if not is_quiet(kind, record["finished_at"], outages)]
    chance.shuffle(records)
    for index in range(files):
        with open(directory / f"log{index}.ndjson", "w", encoding="utf-8") as log:
            for record in records[index::files]:
                shown = {key: value for key, value in record.items() if value is not None}
                if chance.random() < 0.1:
                    shown |= {key: None for key in record if key not in shown}
                shown["finished_at"] = written(chance, record["finished_at"])
                log.write(json.dumps(shown) + "\n")
    with open(directory / "windows.txt", "w", encoding="utf-8") as windows:
        for _ in range(25):
            ends = sorted({moment(chance), moment(chance)})
            start, end = ends[0], ends[-1] + (len(ends) == 1)
            # Some windows are days and weeks that end in a silence, or after one.
            if outages and chance.random() < 0.6:
                one, other = chance.choice(outages)
                end = chance.choice([other, chance.randint(one, other), other + DAY // 3])
                end = end // 3_600_000 * 3_600_000
                start = max(0, end - chance.choice([DAY, DAY, 7 * DAY]))
            # Most windows are over, some are not, and a few have not begun.
            now = chance.choice([DAYS * DAY, DAYS * DAY, chance.randint(start, end), end - 1,
                                 start + min(end - start, DAY) // 2, chance.randint(0, start)])
            windows.write(f"{stamp(start)} {stamp(end)} {stamp(now)}\n")


def milliseconds(value):
    if isinstance(value, str):
        at = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        return round((at - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc))
                     / datetime.timedelta(milliseconds=1))
    return value if value > 100_000_000_000 else round(value * 1000)


def outcome(record):
    if record.get("outcome"):
        return record["outcome"]
    if record.get("status") is None:
        return "failed"
    return "delivered" if 200 <= record["status"] <= 299 else "failed"


def reason(record):
    """Returns why it failed: the error, otherwise the status, otherwise unknown."""
    if record.get("error"):
        return record["error"] if record["error"] in REASONS else "other"
    status = record.get("status") or 0
    return f"http_{status // 100}xx" if 300 <= status <= 599 else "other"


def belief(record):
    """Returns the rank of a record among records of the same attempt."""
    word = outcome(record)
    return RANK[word], REASONS.index(reason(record)) if word != "delivered" else 0


def endpoint(record):
    """Returns the profile or the origin of the URL, as in reports."""
    if record.get("profile_id"):
        return record["profile_id"]
    if not record.get("url"):
        return None
    url = urlsplit(record["url"])
    port = "" if (url.scheme, url.port) in [("https", 443), ("http", 80)] or not url.port else f":{url.port}"
    return f"{url.scheme}://{url.hostname}{port}"


def believed(directory):
    """Returns one record for each attempt of the company."""
    best = {}
    for path in directory.glob("log[0-9].ndjson"):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record["company"] != COMPANY:
                continue
            record["at"] = milliseconds(record["finished_at"])
            record["number"] = record.get("attempt") or 1
            key = (record["callback_id"], record["number"], record["at"])
            if key not in best or belief(record) > belief(best[key]):
                best[key] = record
    return list(best.values())


def latest(attempts):
    """Returns the attempt that counts for each callback."""
    best = {}
    for record in attempts:
        other = best.get(record["callback_id"])
        if other is None or (record["number"], record["at"]) > (other["number"], other["at"]):
            best[record["callback_id"]] = record
    return list(best.values())


def waiting_before(callbacks, start):
    """Returns how many callbacks that were last tried in the week before a window still retry."""
    return sum(start - WEEK <= record["at"] < start and outcome(record) == "retrying"
               for record in callbacks)


def failing(attempts, start, end):
    """Returns the endpoints that are failing at the end of a window, and since when."""
    if end <= start:
        return {}
    before = [record for record in attempts if record["at"] < end]
    recent = (end - 1) // QUARTER * QUARTER - QUARTER
    callbacks = [record for record in latest(before) if record["at"] >= recent]
    found = {}
    for name in {endpoint(r) for r in before if r["at"] >= end - WEEK and outcome(r) != "delivered"}:
        mine = [record for record in before if endpoint(record) == name]
        last = max((r["at"] for r in mine if outcome(r) == "delivered"), default=-1)
        run = [record for record in mine if record["at"] > last]
        since = min((record["at"] for record in run), default=None)
        counts = collections.Counter(outcome(r) for r in callbacks if endpoint(r) == name)
        lost = counts["failed"] + counts["retrying"]
        tried = len({record["callback_id"] for record in run})
        if lost >= 10 and counts["delivered"] < lost or tried >= 3 and end - since >= QUARTER:
            found[name] = since
    return found


def log_times(directory):
    """Returns the times of the records of all companies."""
    return sorted({milliseconds(json.loads(line)["finished_at"])
                   for path in directory.glob("log[0-9].ndjson")
                   for line in path.read_text(encoding="utf-8").splitlines()})


def longest_gap(quarters, start, end):
    """Returns the longest time without a record between two instants, from quarter hours."""
    inside = quarters[bisect.bisect_right(quarters, start - QUARTER):
                      bisect.bisect_left(quarters, end)]
    ends = [start] + [max(start, quarter) for quarter in inside]
    gaps = [other - one for one, other in zip(ends, [*inside, None]) if other is not None]
    return max(gaps + [end - (ends[-1] + QUARTER if inside else start)])


def was_busy(quarters, beginning, time, days, length):
    end = time - days * DAY
    start = end - length - length // 3
    return start >= beginning and longest_gap(quarters, start, end) * 3 <= length


def is_unusual(times, quarters, start, end):
    """Returns whether a silence is unusual. The zone of the company has no clock changes."""
    hour, beginning = 3_600_000, times[0]
    if end - start < hour:
        return False
    first = max(0, bisect.bisect_left(quarters, start - 4 * WEEK) - 1)
    known = quarters[first:bisect.bisect_right(quarters, start)]
    gaps = [two - one for one, two in zip(known, known[1:])]
    age = start - beginning
    if len(gaps) >= 5 and end - start >= (3 if age >= WEEK else 6) * max(gaps) and (
            age >= DAY or end - start > DAY):
        return True
    last = min(end, start + WEEK)
    for time in [*range(start + hour, last, hour), last]:
        for length in (hour << power for power in range(5) if hour << power <= time - start):
            for days in ((7, 14, 21, 28), range(1, 8)):
                if all(was_busy(quarters, beginning, time, day, length) for day in days):
                    return True
    return False


def silences(times, start, end, now):
    """Returns the unusual silences, with the time of the next record or None."""
    if end <= start or times[0] >= end:
        return []
    quarters = sorted({time // QUARTER * QUARTER for time in times if time < end})
    least = max(3_600_000, (end - start) // 24)
    found = []
    for one, other in zip(times, times[1:]):
        if start <= other < end and other - max(one, start) >= least and is_unusual(
                times, quarters, one, other):
            found.append((one, other))
    last = max(time for time in times if time < end)
    if is_unusual(times, quarters, last, end):
        found.append((last, next((time for time in times if end <= time < now), None)))
    return found


def headline(total, failing, earlier, silent, ongoing):
    """Returns the headline of the status box."""
    so_far = " so far" if ongoing else ""
    def count(number, noun):
        return f"{number:,}" + (f" {noun}" + ("" if number == 1 else "s") if noun else "")
    words = []
    if total["failed"]:
        words.append(count(total["failed"], "callback") + " failed")
    elif failing:
        words.append(count(len(failing), "endpoint") + " failing")
    if total["retrying"]:
        is_clear = total["failed"] and not silent
        words.append(count(total["retrying"], None if is_clear else "callback")
                     + " not delivered yet")
    if earlier:
        words.append(count(earlier, "earlier callback") + " not delivered yet")
    if silent:
        words.insert(1 if total["failed"] or failing else 0, silent)
    label = "Needs attention" if total["failed"] or failing or silent else "Still retrying"
    if words:
        joined = ", ".join(words)
        return f"{label}: {joined[0].upper()}{joined[1:]}"
    if sum(total.values()) == 0:
        return f"No activity: No callbacks{so_far or ' in this period'}"
    if total["delivered"] == 1:
        return "All good: 1 callback delivered" + so_far
    return f"All good: All {total['delivered']:,} callbacks delivered{so_far}"


def clock(at):
    moment = (START + datetime.timedelta(milliseconds=at)).astimezone(ZONE)
    return moment, moment.strftime("%H:%M:%S" if moment.second else "%H:%M")


def full(unix):
    """Formats an instant with its date and offset."""
    moment, time = clock(unix - int(START.timestamp() * 1000))
    return f"{day(moment)} {moment.year}, {time} +05:30"


def day(moment, weekday=True):
    return moment.strftime("%a ") * weekday + f"{moment.day} {moment:%b}"


def span(length):
    """Formats a duration in at most two units, rounded down."""
    units = [("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1), ("", 0)]
    seconds = length // 1000
    for (name, size), (smaller, small) in zip(units, units[1:]):
        if seconds >= size:
            rest = seconds % size // small if small else 0
            return f"{seconds // size} {name}" + (f" {rest} {smaller}" if rest else "")
    return "0 s"


def bars(start, end):
    """Returns the intervals of a timeline and their labels."""
    step, most = (3_600_000, 40) if end - start <= 2 * DAY else (DAY, 40)
    # Days start at the full second in which the window starts.
    origin = start if step < DAY else start // 1000 * 1000
    count = max(1, -(-(end - origin) // step))
    length = step * -(-count // most)
    for at in range(origin, end, length):
        first, last = max(at, start), min(at + length, end)
        (one, from_clock), (other, to_clock) = clock(first), clock(last)
        if step < DAY:
            label = one.strftime("%a %H:%M") + (f"–{to_clock}" if last - first < length else "")
        elif from_clock != to_clock and one.date() == other.date():
            label = f"{day(one)}, {from_clock}–{to_clock} ({span(last - first)})"
        elif from_clock != to_clock:
            label = (f"{day(one, False)}, {from_clock} – {day(other, False)}, {to_clock} "
                     f"({span(last - first)})")
        elif from_clock == "00:00":
            label = day(one)
        elif one.month == other.month:
            label = f"{one:%a} {one.day} – {day(other)}"
        else:
            label = f"{day(one)} – {day(other)}"
        yield label, first, last


def timeline(callbacks, start, end):
    """Returns the rows of the text: label, callbacks, failed and retrying."""
    begin = min((record["at"] for record in callbacks), default=end)
    rows = []
    for label, first, last in bars(start, end):
        inside = collections.Counter(outcome(r) for r in callbacks if first <= r["at"] < last)
        if last > begin:
            rows.append((label, [sum(inside.values()), inside["failed"], inside["retrying"]]))
    return rows if len(rows) > 1 and any(counts[0] for _, counts in rows) else []


def printed_rows(text):
    """Returns the rows as the report prints them."""
    lines = text.splitlines()
    heads = [i for i, line in enumerate(lines) if re.search(r"CALLBACKS +FAILED +RETRYING$", line)]
    rows = []
    for line in lines[heads[0] + 1:] if heads else []:
        if line.startswith("= delivered"):
            break
        label, *numbers = re.fullmatch(r"(.*?) +([\d,]+) +([\d,]+) +([\d,]+)(?: +[=~#]+)?", line).groups()
        rows.append((label, [int(number.replace(",", "")) for number in numbers]))
    return rows


def rate(delivered, failed, retrying):
    """Returns the delivery rate, or None if it is unknown."""
    if delivered + failed == 0 or failed == 0 and retrying > 0:
        return None
    return delivered / (delivered + failed)


def rounded(share):
    """Returns a rate as in JSON and CSV."""
    if share is None:
        return None
    return 1 if share == 1 else min(math.floor(share * 1e6 + 0.5), 999_999) / 1e6


def percentage(share):
    """Returns a rate as in the text."""
    if share is None or share in (0, 1):
        return {None: "–", 0: "0 %", 1: "100 %"}[share]
    return f"{min(max(math.floor(share * 10_000 + 0.5), 1), 9_999) / 100:.2f} %"


def rates(callbacks, report, text, rows, start, end):
    """Returns the delivery rates in every format."""
    inside = [record for record in callbacks if start <= record["at"] < end]
    total = collections.Counter(map(outcome, inside))
    share = rate(total["delivered"], total["failed"], total["retrying"])
    yield "rate in JSON", rounded(share), report["totals"]["deliveryRate"]
    yield "rate in text", [percentage(share)], re.findall(
        r"^Delivery rate +(–|[\d.]+ %)", text, re.M)
    expected = {name: rounded(rate(*counts)) for name, counts in tally(inside, endpoint).items()}
    yield "rates in CSV", expected, {
        row["profile_id"] or row["origin"] or None: float(row["delivery_rate"])
        if row["delivery_rate"] else None for row in rows}


def comparison(attempts, callbacks, report, start, end, covered, now):
    """Returns the window before, or its first part if this window is ongoing, at the same age."""
    first = start - (end - start)
    last = min(start, first + covered - start)
    # 1 % of it may be missing, or an hour of a day.
    missing = max((last - first) / 100, min(3_600_000, (last - first) / 24))
    begin = min((record["at"] for record in callbacks), default=covered)
    expected = None
    if covered > start and begin < first + math.floor(missing):
        age = max(0, now - end) // QUARTER * QUARTER
        then = latest(record for record in attempts if record["at"] < last + age)
        total = collections.Counter(outcome(r) for r in then if first <= r["at"] < last)
        counts = [total[word] for word in RANK]
        expected = [first, last, counts, rounded(
            rate(total["delivered"], total["failed"], total["retrying"]))]
    found = report["previous"] and [
        *map(milliseconds, report["previous"]["period"].values()),
        [report["previous"]["totals"][word] for word in RANK],
        report["previous"]["totals"]["deliveryRate"]]
    yield "previous", expected, found


def coverage(report, text, start, end, covered):
    """Returns what the report says about a window that has not ended."""
    shown = report["coveredUntil"]
    ongoing = start < covered < end
    yield "covered until", covered if ongoing else None, shown and milliseconds(shown)
    yield "progress", ("ongoing" if ongoing else "complete" if covered == end else "notBegun",
                       covered == start), (report["progress"], report["totals"]["failed"] is None)
    yield "ongoing", start < covered < end, "This period ends on" in text
    yield "not begun", covered == start, "No data yet: This period has not begun" in text
    yield "end", end, milliseconds(report["period"]["end"])
    last = report["timeline"][-1]["end"] if report["timeline"] else None
    yield "last bar", last and covered, last and milliseconds(last)


def tally(records, key):
    counts = collections.defaultdict(collections.Counter)
    for record in records:
        counts[key(record)][outcome(record)] += 1
    return {name: [count[word] for word in RANK] for name, count in counts.items()}


def listed(lines, key):
    return {key(line): [line[word] for word in RANK] for line in lines}


def name_of(line):
    return line["profileID"] or line["origin"]


def spoken(attempts, callbacks, times, report, text, start, end, ongoing, now):
    """Returns the sentences of the report."""
    failures = failing(attempts, start, end)
    moments = {name_of(line): milliseconds(line["since"]) if line["since"] else None
               for line in report["failing"]}
    base = int(START.timestamp() * 1000)
    yield "failing since", failures, moments
    order = [line["since"] for line in report["failing"] if line["since"]]
    yield "order of failing", sorted(order), order
    yield "marks of failing", {name for name in failures}, {
        name_of(line) for line in report["profiles"] if line["failing"]} | {
        name for name in failures if name not in map(name_of, report["profiles"])}
    total = collections.Counter(outcome(r) for r in callbacks if start <= r["at"] < end)
    lines = text.splitlines()
    first_line = next(n for n, line in enumerate(lines) if ": " in line and "--" not in line)
    said = lines[first_line]
    earlier = waiting_before(callbacks, start) if end > start else None
    yield "earlier retrying", earlier, report["earlierRetrying"]
    unusual = silences(times, start, end, now)
    yield "silences", unusual, [
        (milliseconds(line["since"]), line["until"] and milliseconds(line["until"]))
        for line in report["silences"]]
    flat = " ".join(text.split())
    ended = [silence for silence in unusual if silence[1] and silence[1] < end]
    named = ended[:5] + unusual[len(ended):]
    yield "sentences about silences", [
        f"The delivery log has no records from {full(one)} to {full(other)}, which is longer"
        if other else f"The delivery log has received no records since {full(one)}, which is longer"
        for one, other in named], re.findall(
            r"The delivery log has (?:no records from [^.]*?|received no records since [^.]*?), "
            r"which is longer(?= than usual)", flat)
    silent = unusual and ("the log was silent" if unusual[-1][1] else "the log is silent")
    if end > start and (total or silent or failures or earlier):
        expected = headline(total, failures, earlier, silent, ongoing)
        # A long headline continues in the next lines of the text.
        whole = " ".join(lines[first_line:first_line + 3])
        yield "headline", expected, whole[:len(expected)] if len(expected) > len(said) else said
    if total:
        shown = {"failed": total["failed"], "retrying": total["retrying"]}
        yield "no 100 % while retrying", True, shown["retrying"] == 0 or shown["failed"] > 0 or not re.search(
            r"Delivery rate +100 %", text)
        begins = [line for line in text.splitlines() if "The log begins on" in line]
        first = min(record["at"] for record in callbacks)
        yield "log begins", start < first < end, bool(begins)
    elif end > start and not (silent or failures or earlier):
        quiet = "No callbacks so far" if ongoing else "No callbacks in this period"
        yield "headline of none", quiet, said.split(": ")[1]
    shifted = [{**record, "at": record["at"] - base} for record in callbacks]
    expected, printed = timeline(shifted, start - base, end - base), printed_rows(text)
    yield "rows of the timeline", len(expected), len(printed)
    for (label, counts), (found, shown) in zip(expected, printed):
        # The text of 80 columns truncates labels; HTML does not.
        cut = found.endswith("…") and len(found) > 40 and label.startswith(found[:-1])
        yield "bar of the timeline", (label, counts), (label if cut else found, shown)


def differences(callbacks, report, start, end):
    inside = [record for record in callbacks if start <= record["at"] < end]
    total = collections.Counter(map(outcome, inside))
    # The totals of a window that has not begun are unknown.
    yield "totals", [total[word] for word in RANK], [report["totals"][word] or 0 for word in RANK]
    yield "callbacks", len(inside), report["totals"]["callbacks"] or 0
    yield "endpoints", tally(inside, endpoint), listed(report["profiles"], name_of)
    yield "channels", tally(inside, lambda record: record.get("channel")), listed(
        report["channels"], lambda line: line["channel"])
    failed = [r for r in inside if outcome(r) == "failed"]
    reasons = collections.Counter(map(reason, failed))
    yield "reasons", dict(reasons), {line["reason"]: line["count"] for line in report["reasons"]}
    bars = [sum(bar[word] for bar in report["timeline"]) for word in RANK]
    yield "timeline", [total[word] for word in RANK], bars
    for name, lines, key in [("profiles", report["profiles"], "profileID"),
                             ("channels", report["channels"], "channel")]:
        order = [(-line["failed"], -line["delivered"]) for line in lines]
        yield f"order of {name}", sorted(order), order


def compare(directory):
    attempts = believed(directory)
    callbacks = latest(attempts)
    times = log_times(directory)
    windows = (directory / "windows.txt").read_text().splitlines()
    for index, line in enumerate(windows):
        start, end, now = map(milliseconds, line.split())
        seen = -(-now // 1000) * 1000
        covered = end if seen >= end else max(start, seen)
        report = json.loads((directory / f"window{index}.json").read_text())
        text = (directory / f"window{index}.txt").read_text(encoding="utf-8")
        with open(directory / f"window{index}.csv", encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        # The report does not know later attempts.
        known = latest(record for record in attempts if record["at"] < max(seen, covered))
        compared = [*differences(known, report, start, covered),
                    *rates(known, report, text, rows, start, covered),
                    *comparison(attempts, known, report, start, end, covered, now),
                    *coverage(report, text, start, end, covered),
                    *spoken(attempts, known, times, report, text, start, covered,
                            covered < end, now)]
        for name, expected, found in compared:
            if expected != found:
                print(f"{line}: {name}: expected {expected}, found {found}")
    print(f"{len(windows)} windows, {len(callbacks)} callbacks")


if sys.argv[1] == "write":
    write(int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4]), sys.argv[5])
else:
    compare(pathlib.Path(sys.argv[2]))
