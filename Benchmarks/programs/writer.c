// Another program that writes now and then, and how long it had to wait for that.
//
// writer DATABASE: until standard input ends, inserts a row into a table of its own, 5 ms after
// the one before, each with BEGIN IMMEDIATE in WAL mode with synchronous=FULL. Waits for the lock
// as most programs do, with SQLite's own busy timeout. Prints one line: how many it wrote, the
// longest wait for the lock and the longest whole transaction, in milliseconds. A first line
// says that it is ready.

#include <poll.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

static void execute(sqlite3 *database, const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK) return;
    fprintf(stderr, "writer: %s: %s\n", sql, sqlite3_errmsg(database));
    exit(74);
}

int main(int argc, char **argv) {
    sqlite3 *database;
    struct pollfd input = {.fd = 0, .events = POLLIN};
    double longest_wait = 0, longest = 0;
    long written = 0;
    if (argc != 2 || sqlite3_open(argv[1], &database) != SQLITE_OK) return 64;
    sqlite3_busy_timeout(database, 60000);
    execute(database, "PRAGMA synchronous = FULL");
    execute(database, "CREATE TABLE IF NOT EXISTS other_writer(id INTEGER PRIMARY KEY, at REAL)");
    puts("ready");
    fflush(stdout);
    while (poll(&input, 1, 5) == 0) {
        double start = now();
        execute(database, "BEGIN IMMEDIATE");
        double wait = now() - start;
        execute(database, "INSERT INTO other_writer(at) VALUES (julianday('now'))");
        execute(database, "COMMIT");
        double whole = now() - start;
        if (wait > longest_wait) longest_wait = wait;
        if (whole > longest) longest = whole;
        written++;
    }
    execute(database, "DROP TABLE other_writer");
    sqlite3_close(database);
    printf("%ld %.3f %.3f\n", written, longest_wait, longest);
    return 0;
}
