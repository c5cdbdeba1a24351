#pragma once
#include <microhttpd.h>

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
        // Whoever handles the request looks more closely than the library does, and can say what is wrong.
        MHD_OPTION_STRICT_FOR_CLIENT, 0,
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
