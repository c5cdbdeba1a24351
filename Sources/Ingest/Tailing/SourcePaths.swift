import FoundationEssentials
import Glibc
import Storage

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

/// A directory that contains source files.
struct Directory: Hashable {
    let path: String

    /// - Parameter path: The path with or without a trailing slash. Empty for the current
    ///   directory.
    init(_ path: String) {
        self.path = path
    }

    /// Creates the directory of a file from the file's path.
    init(of file: String) {
        path = String(file[..<(file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex)])
    }

    /// The names in the directory, or `nil` if it cannot be listed.
    var names: [String]? {
        let folder = path.isEmpty ? "." : path
        // Without search permission, the files in it cannot be examined.
        guard faccessat(AT_FDCWD, folder, R_OK | X_OK, AT_EACCESS) == 0 else { return nil }
        return try? FileManager.default.contentsOfDirectory(atPath: folder)
    }

    /// A regular file in a directory.
    struct File: Equatable {
        let identity: FileCheckpoint.Identity
        let path: String
    }

    /// The regular files in the directory, sorted by name, or `nil` if it cannot be listed.
    var files: [File]? {
        names?.sorted().compactMap { name in
            let file = path.isEmpty || path.hasSuffix("/") ? path + name : path + "/" + name
            return FileCheckpoint.Identity(ofFileAt: file).map { File(identity: $0, path: file) }
        }
    }
}

extension FileCheckpoint.Identity {
    /// Returns the identity of the regular file at a path, or `nil` if there is none.
    package init?(ofFileAt path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        self.init(
            device: Int64(bitPattern: UInt64(status.st_dev)),
            inode: Int64(bitPattern: UInt64(status.st_ino)))
    }
}

/// Logs of other programs, as configured.
package struct SourcePattern: Hashable, Sendable {
    /// A path, or a pattern with `*`, `?` and `[…]`.
    package var path: String
    /// Patterns of rotated files, if their names do not show what they are.
    package var rotatedTo: [String]
    /// The fields that identify a callback, or `nil` for `callback_id` alone.
    package var key: CallbackKey?

    package init(path: String, rotatedTo: [String] = [], key: CallbackKey? = nil) {
        self.path = path
        self.rotatedTo = rotatedTo
        self.key = key
    }

    /// Returns whether a path is a log of this source that is still being written.
    func names(_ path: String) -> Bool {
        self.path == path || fnmatch(self.path, path, FNM_PATHNAME) == 0
    }

    /// Whether the path contains none of `*`, `?` and `[`.
    var isLiteral: Bool { !path.contains { "*?[".contains($0) } }
}

/// Checks whether the configured sources are readable, without reading records.
package enum SourceCheck {
    /// Returns an error for each pattern without a matching file, and for each file that cannot be
    /// opened.
    package static func problems(of patterns: [String]) -> [IngestError] {
        let found = SourcePaths(patterns.map { SourcePattern(path: $0) })
        return found.unmatched.map(reason) + found.paths.compactMap(problem)
    }

    /// Returns why no file matches a pattern. A directory without access appears to contain no files.
    static func reason(_ pattern: String) -> IngestError {
        var folder = pattern.hasPrefix("/") ? "/" : "."
        var path = folder == "/" ? "" : "."
        for part in pattern.split(separator: "/").dropLast() {
            let isPattern = part.contains { "*?[".contains($0) }
            if !isOpen(folder, listing: isPattern) { break }
            if isPattern { return .noMatch(pattern: pattern) }
            path += "/\(part)"
            folder = path
        }
        let listsNames = !pattern.split(separator: "/").suffix(1).allSatisfy { name in
            !name.contains { "*?[".contains($0) }
        }
        guard !isOpen(folder, listing: listsNames) else { return .noMatch(pattern: pattern) }
        return .cannotOpen(path: folder, code: EACCES)
    }

    /// Whether this user may look for files in a directory. True if there is no such directory.
    private static func isOpen(_ folder: String, listing: Bool) -> Bool {
        let mode = listing ? R_OK | X_OK : X_OK
        return faccessat(AT_FDCWD, folder, mode, AT_EACCESS) == 0 || errno != EACCES
    }

    private static func problem(_ path: String) -> IngestError? {
        do throws(IngestError) {
            _ = try InputFile(path: path, onlyRegular: true)
            return nil
        } catch {
            return error
        }
    }
}
