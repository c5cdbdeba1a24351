// The least that opens a database: `select 1` in C, with -DLIBCURL beside a linked libcurl.

#include <sqlite3.h>
#include <stdio.h>
#ifdef LIBCURL
#include <curl/curl.h>
#endif

int main(int argc, char **argv) {
    sqlite3 *database;
    if (argc != 2 || sqlite3_open(argv[1], &database)) return 74;
#ifdef LIBCURL
    // Named so that the linker keeps the library.
    if (!curl_version()) return 70;
#endif
    return sqlite3_exec(database, "select count(*) from sqlite_schema", NULL, NULL, NULL)
        || sqlite3_close(database) ? 74 : puts("1") < 0;
}
