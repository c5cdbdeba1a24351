#pragma once
#include <microhttpd.h>
#include <string.h>

// MHD_start_daemon, MHD_get_connection_info and MHD_get_daemon_info take a variable number of arguments, which Swift
// cannot call. Each function below is one way of calling them, with the types that it has.

/// What a daemon is started with; the context goes to every one of its functions.
struct callback_mhd_plan {
    /// Listening already; the daemon closes it, unless it is quiesced before.
    MHD_socket socket;
    /// Threads that serve, 2 or more.
    unsigned int threads;
    unsigned int connections;
    /// Bytes for the request line and the headers of one connection.
    size_t memory;
    /// Seconds without a byte after which a connection is closed.
    unsigned int timeout;
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    MHD_NotifyConnectionCallback connection;
    /// Gets the target as it was sent, before anything is decoded; what it returns is the request's own pointer.
    void *(*target)(void *context, const char *target, struct MHD_Connection *connection);
    /// Decodes a text in place and returns its length.
    size_t (*unescape)(void *context, struct MHD_Connection *connection, char *text);
    void *context;
};

/// Whether the library's version takes a bare LF for the end of a line and has no option against it: up to 0.9.76.
static inline int callback_mhd_takes_bare_line_feeds(void) {
    const char *version = MHD_get_version();
    return strlen(version) == 6 && strncmp(version, "0.9.", 4) == 0 && strcmp(version, "0.9.77") < 0;
}

/// How far the check of a head's lines has come.
struct callback_mhd_lines {
    /// Where the line before ends, without its line break.
    const char *end;
    int are_whole;
};

static inline enum MHD_Result callback_mhd_next_line(
    void *context, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value, size_t value_size
) {
    struct callback_mhd_lines *lines = (struct callback_mhd_lines *)context;
    (void)kind;
    (void)name_size;
    if (name != lines->end + 2) lines->are_whole = 0;
    lines->end = value + value_size;
    return MHD_YES;
}

/// Whether each line of a request's head ends with CR LF and none is continued on the next (RFC 9112 2.2, 5.2): what
/// stands on the way to us may see other lines in it than we do.
///
/// Versions that take a bare LF keep the head as it came, with NULs in place of separators. So the distance between
/// two strings tells what stood there. Only addresses are compared, no memory is read. Others refuse it themselves.
static inline int callback_mhd_lines_are_whole(
    struct MHD_Connection *connection, const char *method, const char *version
) {
    if (!callback_mhd_takes_bare_line_feeds()) return 1;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    if (info == NULL) return 0;
    struct callback_mhd_lines lines = {version + strlen(version), 1};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, callback_mhd_next_line, &lines);
    // The last line's break, and the empty line.
    return lines.are_whole && lines.end + 4 == method + info->header_size;
}

/// Starts the threads; NULL when that failed, and then the socket is still the caller's.
static inline struct MHD_Daemon *callback_mhd_start(const struct callback_mhd_plan *plan) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, plan->handle,
        plan->context,
        MHD_OPTION_LISTEN_SOCKET, plan->socket,
        MHD_OPTION_THREAD_POOL_SIZE, plan->threads,
        MHD_OPTION_CONNECTION_LIMIT, plan->connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, plan->memory,
        MHD_OPTION_CONNECTION_TIMEOUT, plan->timeout,
        MHD_OPTION_NOTIFY_COMPLETED, plan->completed, plan->context,
        MHD_OPTION_NOTIFY_CONNECTION, plan->connection, plan->context,
        MHD_OPTION_URI_LOG_CALLBACK, plan->target, plan->context,
        MHD_OPTION_UNESCAPE_CALLBACK, plan->unescape, plan->context,
        // Whoever handles the request looks more closely than the library does, and can say what is wrong. Only a
        // bare LF is seen by nobody else in versions that know of it.
        MHD_OPTION_STRICT_FOR_CLIENT, callback_mhd_takes_bare_line_feeds() ? 0 : 1,
        MHD_OPTION_END);
}

/// The socket of a connection, which stays the library's; -1 when there is none.
static inline MHD_socket callback_mhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

/// What the notification of the connection's start has left for it; NULL when it left nothing.
static inline void *callback_mhd_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info == NULL ? NULL : info->socket_context;
}

/// The address of the other side; NULL when it is not known.
static inline const struct sockaddr *callback_mhd_client(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info == NULL ? NULL : info->client_addr;
}
