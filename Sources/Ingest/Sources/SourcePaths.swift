import FoundationEssentials
import Glibc

/// The files that a pattern of the configuration means now.
struct SourcePaths {
    /// In the order of their names, each once.
    private(set) var paths: [String] = []
    /// The first pattern that each path comes from.
    private(set) var patterns: [String: String] = [:]
    /// Patterns that name no file.
    private(set) var unmatched: [String] = []

    /// Finds files by pattern, and with each what log rotation made of it: `app.log.1`,
    /// `app.log-20260101.gz`, `app.log.old`; the lines that were written just before the
    /// rotation are there.
    init(_ patterns: [String]) {
        var listings: [String: [String]] = [:]
        var found: Set<String> = []
        for pattern in patterns {
            let matches = Self.matches(pattern)
            let logs = matches.isEmpty ? [pattern] : matches
            let rotated = logs.flatMap { Self.rotated(from: $0, &listings) }
            if matches.isEmpty && rotated.isEmpty { unmatched.append(pattern) }
            found.formUnion(matches + rotated)
            self.patterns.merge((matches + rotated).map { ($0, pattern) }) { first, _ in first }
        }
        paths = found.sorted()
    }

    private static func matches(_ pattern: String) -> [String] {
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
        return names.filter { isRotated($0, from: name) }.map { directory + $0 }
    }

    private static func list(_ directory: String) -> [String] {
        let path = directory.isEmpty ? "." : directory
        // A directory that cannot be listed is reported when the file in it cannot be opened.
        return (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    }

    /// The path of the log that a rotated file was once, as far as its name tells.
    static func original(of path: String) -> String {
        var rest = path[...]
        if rest.hasSuffix(".gz") { rest = rest.dropLast(3) }
        if rest.hasSuffix(".old") { return String(rest.dropLast(4)) }
        let marks = rest.reversed().prefix { isRotationMark($0) }
        let tail = rest.suffix(marks.count)
        let cut = tail.indices.first {
            ".-".contains(tail[$0]) && tail[tail.index(after: $0)...].first?.isASCIIDigit == true
        }
        return String(rest[..<(cut ?? rest.endIndex)])
    }

    private static func isRotationMark(_ character: Character) -> Bool {
        character.isASCIIDigit || "-_.T".contains(character)
    }

    /// `NAME.1`, `NAME-20260101`, `NAME.2026-01-01_1`, `NAME.old`; each also with `.gz`.
    private static func isRotated(_ candidate: String, from name: String) -> Bool {
        guard candidate.hasPrefix(name) else { return false }
        var rest = candidate.dropFirst(name.count)
        let isPacked = rest.hasSuffix(".gz")
        if isPacked { rest = rest.dropLast(3) }
        if rest.isEmpty { return isPacked }
        if rest == ".old" { return true }
        guard rest.first == "." || rest.first == "-" else { return false }
        let number = rest.dropFirst()
        return number.first?.isASCIIDigit == true
            && number.allSatisfy(isRotationMark)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
