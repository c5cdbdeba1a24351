import Glibc

/// The files that the patterns of the configuration currently match.
struct SourcePaths {
    /// The paths, sorted and distinct.
    private(set) var paths: [String] = []
    /// The paths that a source names, as opposed to those of rotated files.
    private var logs: Set<String> = []
    /// When a log was last changed whose files have dates in their names, by the name without date.
    private var lastChanges: [String: Int] = [:]
    /// The first source for each path.
    private var sources: [String: SourcePattern] = [:]
    /// The patterns without a matching file.
    private(set) var unmatched: [String] = []

    /// Finds files by pattern, together with their rotated files: `app.log.1`,
    /// `app.log-20260101.gz`, `app-20260101.log`, and files that match `rotatedTo`. Rotated files
    /// contain the lines that were written just before the rotation.
    init(_ sources: [SourcePattern]) {
        var listings: [String: [String]] = [:]
        var found: Set<String> = []
        for source in sources {
            let matches = Self.matches(source.path)
            let logs = matches.isEmpty ? [source.path] : matches
            let rotated =
                logs.flatMap { Self.rotated(from: $0, &listings) }
                + source.rotatedTo.flatMap(Self.matches)
            if matches.isEmpty && rotated.isEmpty { unmatched.append(source.path) }
            found.formUnion(matches + rotated)
            self.logs.formUnion(matches)
            self.sources.merge((matches + rotated).map { ($0, source) }) { first, _ in first }
        }
        paths = found.sorted()
        for path in logs { noteChange(of: path) }
    }

    private mutating func noteChange(of path: String) {
        let original = LogName.original(of: path)
        guard original != path, let time = Self.modification(path) else { return }
        lastChanges[original] = max(time, lastChanges[original] ?? time)
    }

    /// Returns whether another file has taken the place of a file, so that no program starts new
    /// lines in it.
    ///
    /// A pattern such as `log/app*` may match both. Of files that differ only in a date, the one that
    /// changed last is the log.
    func isRotated(_ path: String) -> Bool {
        guard logs.contains(path) else { return true }
        let original = LogName.original(of: path)
        guard original != path else { return false }
        if logs.contains(original) { return true }
        guard let own = Self.modification(path), let last = lastChanges[original] else {
            return false
        }
        return own + Self.hour < last
    }

    private static let hour = 3600

    /// Returns the time at which a file was changed, in seconds.
    private static func modification(_ path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mtim.tv_sec : nil
    }

    /// Returns the fields that identify a callback in a file, or `nil` for `callback_id` alone.
    func key(of path: String) -> CallbackKey? { sources[path]?.key }

    static func matches(_ pattern: String) -> [String] {
        if access(pattern, F_OK) == 0 { return [pattern] }
        var result = glob_t()
        defer { globfree(&result) }
        guard glob(pattern, 0, nil, &result) == 0 else { return [] }
        return (0..<Int(result.gl_pathc)).compactMap { index in
            result.gl_pathv[index].map { String(cString: $0) }
        }
    }

    private static func rotated(
        from path: String, _ listings: inout [String: [String]]
    ) -> [String] {
        let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        let (directory, name) = (String(path[..<cut]), String(path[cut...]))
        let names = listings[directory] ?? list(directory)
        listings[directory] = names
        let log = LogName(name)
        return names.filter { log.hasRotated(to: $0) }.map { directory + $0 }
    }

    private static func list(_ directory: String) -> [String] {
        // A directory that cannot be listed is reported when its file cannot be opened.
        Directory(directory).names ?? []
    }
}
