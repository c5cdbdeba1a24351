"""The start-up cost: minimal programs with one more library each, and the program itself."""

from harness.contest import alternate, beside
from harness.workshop import HERE

C, SWIFT = HERE / "peers/start.c", HERE / "peers/start.swift"


def what_it_costs(bench):
    log, _ = bench.log(bench.size)
    shop, database = bench.shop, log.database
    programs = {
        "C with SQLite": shop.compile(C, "start-c"),
        "C with SQLite and libcurl": shop.compile(C, "start-c-curl", "-DLIBCURL"),
        "Swift with SQLite, static": swift(shop, "static", "-static-stdlib"),
        "Swift with SQLite, dynamic": swift(shop, "dynamic"),
        "Swift with JSON from FoundationEssentials, static":
            swift(shop, "essentials", "-static-stdlib", "-D", "ESSENTIALS"),
        "Swift with a date from Foundation, static":
            swift(shop, "foundation", "-static-stdlib", "-D", "FORMATTER"),
        "Swift with a date from Foundation, dynamic":
            swift(shop, "foundation-dynamic", "-D", "FORMATTER"),
    }
    contestants = {name: bare(bench, program, database) for name, program in programs.items()}
    contestants["`sqlite3 FILE 'select 1'`"] = bare(bench, bench.sqlite, database, "select 1")
    contestants["`callback-reports --version`"] = bare(bench, shop.ours, "--version")
    runs = alternate("start", bench.short_runs, contestants)
    first, *others = contestants
    for name in others:
        bench.add(beside("start", f"start: {name}", runs[name], first, runs[first]))


def swift(shop, name, *options):
    return shop.compile_swift(SWIFT, f"start-{name}", *options)


def bare(bench, *command):
    return lambda _: bench.measure(*command)
