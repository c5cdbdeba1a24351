import Glibc

/// Checks whether the configured sources are readable, without reading records.
package enum SourceCheck {
    /// Returns an error for each pattern without a matching file, and for each file that cannot be
    /// opened.
    package static func problems(of patterns: [String]) -> [IngestError] {
        let found = SourcePaths(patterns.map { SourcePattern(path: $0) })
        return found.unmatched.map(reason) + found.paths.compactMap(problem)
    }

    /// A directory without access appears to contain no files.
    private static func reason(_ pattern: String) -> IngestError {
        let fixed = pattern.prefix { !"*?[".contains($0) }
        let folder = fixed.lastIndex(of: "/").map { String(pattern[...$0]) } ?? "."
        guard access(folder, R_OK | X_OK) != 0, errno == EACCES else {
            return .noMatch(pattern: pattern)
        }
        return .cannotOpen(path: folder, code: EACCES)
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
