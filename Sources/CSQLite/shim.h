#pragma once
#include <sqlite3.h>
#include <stdint.h>
#include <sys/vfs.h>

/// Binds text that SQLite copies: SQLITE_TRANSIENT is a cast macro, which Swift does not import.
/// An empty Swift string may have no address, which SQLite would take for NULL.
static inline int callback_bind_text(sqlite3_stmt *statement, int index, const char *text, int size) {
    return sqlite3_bind_text(statement, index, text ? text : "", size, SQLITE_TRANSIENT);
}

/// Switches off the counting of SQLite's memory, which nobody here asks for and which takes a lock
/// at each allocation. Swift does not import functions with variable arguments.
static inline int callback_count_no_memory(void) {
    return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/// Binds bytes that SQLite copies, for the same reason.
static inline int callback_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int size) {
    return sqlite3_bind_blob(statement, index, bytes, size, SQLITE_TRANSIENT);
}

/// The kind of file system that a path lies on, as statfs(2) numbers it; -1 where the path is not there. Swift's
/// Glibc has no statfs.
static inline int64_t callback_file_system(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 ? (int64_t)(uint32_t)status.f_type : -1;
}
