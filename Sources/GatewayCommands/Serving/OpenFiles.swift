import Glibc

/// How the files that the program may have open are shared out.
///
/// Whatever clients do, files are left for the database and for sending.
struct OpenFiles: Equatable {
    /// Connections of clients.
    let serving: Int
    /// Connections of callbacks, in use and kept for the next ones.
    let sending: Int

    /// For the database (three for each connection to it), its temporary files, tests of profiles,
    /// names that are looked up, and the logs.
    private static let others = 160

    private static let mostServing = 4096
    private static let mostSending = 512

    /// - Parameter limit: how many files there may be in all.
    init(limit: Int) {
        let left = max(96, limit - Self.others)
        sending = min(Self.mostSending, left / 3)
        serving = min(Self.mostServing, left - sending)
    }

    /// Raises the limit as far as it goes.
    static func raised() -> OpenFiles {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return OpenFiles(limit: 1024) }
        let wanted = rlim_t(others + mostServing + mostSending)
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, wanted))
        setrlimit(resource, &limit)
        return OpenFiles(limit: Int(clamping: limit.rlim_cur))
    }
}
