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

/// The first 48 bytes of the index of the WAL: https://sqlite.org/walformat.html#the_wal_index_header.
struct callback_wal_header { uint64_t words[6]; };

/// Where that index lies in the memory that all processes with the file open share; NULL as long as
/// there is none. The connection keeps it there until it is closed. Swift cannot call a method of a C struct that
/// may be missing, and this is the way to it that SQLite offers: https://sqlite.org/c3ref/io_methods.html
static inline const void *callback_wal_index(sqlite3 *database) {
    sqlite3_file *file = 0;
    int code = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    if (code != SQLITE_OK || !file || !file->pMethods) return 0;
    if (file->pMethods->iVersion < 2 || !file->pMethods->xShmMap) return 0;
    void volatile *region = 0;
    // 32 KiB is the only size that the format has for a part of the index; none is made here.
    if (file->pMethods->xShmMap(file, 0, 32768, 0, &region) != SQLITE_OK || !region) return 0;
    // The version of the format, the only one that there has been.
    return *(const volatile uint32_t *)region == 3007000 ? (const void *)region : 0;
}

/// Reads the header while others may write it. Swift has no such loads from memory that is not its own.
static inline struct callback_wal_header callback_wal_header(const void *index) {
    struct callback_wal_header header;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    for (int word = 0; word < 6; word++)
        header.words[word] = __atomic_load_n((const uint64_t *)index + word, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return header;
}

/// The kind of file system that a path lies on, as statfs(2) numbers it; -1 where the path is not there. Swift's
/// Glibc has no statfs.
static inline int64_t callback_file_system(const char *path) {
    struct statfs status;
    return statfs(path, &status) == 0 ? (int64_t)(uint32_t)status.f_type : -1;
}
