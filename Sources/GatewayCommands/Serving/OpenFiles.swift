import Glibc

/// Divides the limit for open files between the parts of the program.
///
/// Clients can never use up the files that the database and the sending need.
struct OpenFiles: Equatable {
    /// The maximum number of client connections.
    let serving: Int
    /// The maximum number of connections for callbacks, in use or kept alive.
    let sending: Int

    /// Files for the database (three for each connection), its temporary files, test deliveries,
    /// host lookups and logs.
    private static let others = 160

    private static let maxServing = 4096
    private static let maxSending = 512

    /// - Parameter limit: The limit for open files.
    init(limit: Int) {
        let left = max(96, limit - Self.others)
        sending = min(Self.maxSending, left / 3)
        serving = min(Self.maxServing, left - sending)
    }

    /// Raises the limit of the process and returns the division.
    static func raised() -> OpenFiles {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return OpenFiles(limit: 1024) }
        let wanted = rlim_t(others + maxServing + maxSending)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, wanted))
        setrlimit(resource, &limit)
        return OpenFiles(limit: Int(clamping: limit.rlim_cur))
    }
}
