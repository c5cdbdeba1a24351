import Glibc

/// How many files, and so connections, the program may have open.
enum OpenFiles {
    /// For the database, the log and the callbacks that are under way.
    private static let others = 400

    /// Raises the limit as far as it goes, and returns how many connections there is room for.
    static func connections(atMost most: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 256
        }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, rlim_t(most + others)))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return max(128, min(most, Int(clamping: limit.rlim_cur) - others))
    }
}
