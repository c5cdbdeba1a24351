"""Counts the callbacks of a messy log by the rules of the specification, independently of the program.

recount.py write SEED FILES DIRECTORY: generates a log and writes it as log0.ndjson, log1.ndjson …
  and windows.txt, with start, end and the time of the report in RFC 3339 per line.
recount.py compare DIRECTORY: counts every window of windows.txt from the logs, and compares with
  window0.json, window1.json … (`report --format json`), window0.txt … (`--format text`) and
  window0.csv … (`--format csv`); prints how many windows were compared and every difference.

The rules: a callback counts once, in the period in which its latest attempt finished,
with the outcome of that attempt. The latest attempt has the highest number, then the latest end.
If records of one attempt disagree, delivered wins over failed, and failed over retrying; between
two that failed, the reason that is later in the list of reasons wins, as in the program.

A report shows the log as of its time: later attempts are ignored. A window that has not ended
counts up to that time, and is compared with the same part of the window before. The delivery rate is delivered / (delivered + failed). It is unknown if nothing
has finished, or if nothing has failed and something is retrying.

An endpoint is a profile, or the origin of the URL, or neither. It is failing at the end of a window
with an unsuccessful attempt when at least 10 of the callbacks whose latest attempt finished in the
current and the previous quarter hour were not delivered and fewer than half were, or when at least
3 callbacks were tried since its last delivered attempt, the first of them 15 minutes ago.
"""
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


def write(seed, files, directory):
    chance = random.Random(seed)
    records = [record for number in range(1500) for record in attempts(chance, number)]
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


def is_silent(attempts, callbacks, end):
    """Returns whether the log had no record for a day, and longer than in four weeks before."""
    last = max(record["at"] for record in attempts if record["at"] < end)
    first = last - 28 * 86_400_000
    quarters = sorted({record["at"] // QUARTER * QUARTER for record in callbacks
                       if first <= record["at"] // QUARTER * QUARTER <= last})
    usual = max((two - one for one, two in zip(quarters, quarters[1:])), default=0)
    return end - last > max(86_400_000, usual)


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
        words.append(count(total["retrying"], None if total["failed"] else "callback")
                     + " not delivered yet")
    if earlier:
        words.append(count(earlier, "earlier callback") + " not delivered yet")
    label = "Needs attention" if total["failed"] or failing or silent else "Still retrying"
    if words:
        return f"{label}: {', '.join(words)}"
    if silent:
        return "Needs attention: The log is silent"
    if total["delivered"] == 1:
        return "All good: 1 callback delivered" + so_far
    return f"All good: All {total['delivered']:,} callbacks delivered{so_far}"


def clock(at):
    moment = (START + datetime.timedelta(milliseconds=at)).astimezone(ZONE)
    return moment, moment.strftime("%H:%M:%S" if moment.second else "%H:%M")


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
    begin = min(record["at"] for record in callbacks)
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


def comparison(callbacks, report, start, end, covered):
    """Returns the window before, or its first part if this window is ongoing."""
    first = start - (end - start)
    last = min(start, first + covered - start)
    # 1 % of it may be missing, or an hour of a day.
    missing = max((last - first) / 100, min(3_600_000, (last - first) / 24))
    begin = min(record["at"] for record in callbacks)
    expected = None
    if covered > start and begin < first + math.floor(missing):
        total = collections.Counter(outcome(r) for r in callbacks if first <= r["at"] < last)
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


def spoken(attempts, callbacks, latest_now, report, text, start, end, ongoing):
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
    if total:
        silent = is_silent(attempts, latest_now, end)
        expected = headline(total, failures, earlier, silent, ongoing)
        # A long headline continues in the next line of the text.
        whole = said + " " + lines[first_line + 1]
        yield "headline", expected, whole[:len(expected)] if len(expected) > len(said) else said
        shown = {"failed": total["failed"], "retrying": total["retrying"]}
        yield "no 100 % while retrying", True, shown["retrying"] == 0 or shown["failed"] > 0 or not re.search(
            r"Delivery rate +100 %", text)
        begins = [line for line in text.splitlines() if "The log begins on" in line]
        first = min(record["at"] for record in callbacks)
        yield "log begins", start < first < end, bool(begins)
    elif end > start:
        quiet = "No callbacks so far" if ongoing else "No callbacks in this period"
        yield "headline of none", True, bool(failures) or earlier > 0 or said.split(": ")[1] in (
            quiet, "The log is silent")
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
                    *comparison(known, report, start, end, covered),
                    *coverage(report, text, start, end, covered),
                    *spoken(attempts, known, callbacks, report, text, start, covered,
                            covered < end)]
        for name, expected, found in compared:
            if expected != found:
                print(f"{line}: {name}: expected {expected}, found {found}")
    print(f"{len(windows)} windows, {len(callbacks)} callbacks")


if sys.argv[1] == "write":
    write(int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4]))
else:
    compare(pathlib.Path(sys.argv[2]))
