import Storage
import StorageErrors

/// The name of a log without its directory, and the names that rotation gives it.
struct LogName {
    private let name: String
    /// The part before the extension, such as `app` in `app.ndjson`.
    let stem: String
    /// The extension, such as `.ndjson`. Empty if there is none.
    private let ending: String

    init(_ name: String) {
        self.name = name
        let dot = name.lastIndex(of: ".").flatMap { $0 > name.startIndex ? $0 : nil }
        stem = String(name[..<(dot ?? name.endIndex)])
        ending = String(name[(dot ?? name.endIndex)...])
    }

    /// Returns whether a name is this log's name after rotation: `NAME.1`, `NAME-20260101`,
    /// `NAME.2026-01-01T10:30:00Z`, `NAME.old`, `STEM-20260101.ENDING`, or any of these compressed.
    func hasRotated(to candidate: String) -> Bool {
        let packed = Compression.original(of: candidate)
        let plain = packed ?? candidate
        if plain == name { return packed != nil }
        if plain.hasPrefix(name), Self.isMark(plain.dropFirst(name.count)) { return true }
        // Another log may be named app-2, so only a date marks a rotated log.
        guard let date = Self.date(in: plain, between: stem, and: ending) else { return false }
        return date.rest.isEmpty || Self.isMark(date.rest)
    }

    /// Returns the path of the log that a rotated file once was, as far as its name shows.
    static func original(of path: String) -> String {
        var rest = Compression.original(of: path) ?? path
        for word in words where rest.hasSuffix(word) { return String(rest.dropLast(word.count)) }
        let tail = rest.suffix(rest.reversed().prefix { isPartOfMark($0) }.count)
        let cut = tail.indices.first { isMark(tail[$0...]) }
        rest = String(rest[..<(cut ?? rest.endIndex)])
        let name = rest.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let log = LogName(String(name))
        guard !log.ending.isEmpty, let start = dateStart(in: log.stem) else { return rest }
        return rest.dropLast(name.count) + log.stem[..<start] + log.ending
    }

    private static let words = [".old", ".bak", "~"]

    /// Returns whether the text is a rotation suffix: `.1`, `-20260101`, `.2026-01-01_1`, `.old`.
    private static func isMark(_ text: Substring) -> Bool {
        if words.contains(String(text)) { return true }
        guard let first = text.first, ".-_".contains(first) else { return false }
        let number = text.dropFirst()
        return number.first?.isASCIIDigit == true && number.allSatisfy(isPartOfMark)
    }

    private static func isPartOfMark(_ character: Character) -> Bool {
        character.isASCIIDigit || "-_.:+TZ".contains(character)
    }

    /// Returns the date between two parts of a name, and the text after the second part.
    private static func date(
        in text: String, between stem: String, and ending: String
    ) -> (date: Substring, rest: Substring)? {
        guard !ending.isEmpty, text.hasPrefix(stem) else { return nil }
        let rest = text.dropFirst(stem.count)
        let date = rest.prefix { isPartOfMark($0) }
        // The dot of the extension also matches as part of a date.
        let length = date.last == "." ? date.count - 1 : date.count
        let (mark, tail) = (rest.prefix(length), rest.dropFirst(length))
        guard isMark(mark), isDate(mark), tail.hasPrefix(ending) else { return nil }
        return (mark, tail.dropFirst(ending.count))
    }

    /// Returns where a date at the end of a stem starts.
    private static func dateStart(in stem: String) -> String.Index? {
        let tail = stem.suffix(stem.reversed().prefix { isPartOfMark($0) }.count)
        return tail.indices.first { isMark(tail[$0...]) && isDate(tail[$0...]) }
    }

    /// A number with only a few digits may not be a date.
    private static func isDate(_ mark: Substring) -> Bool {
        mark.count(where: \.isASCIIDigit) >= 6
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}

extension FileCheckpoint.Position {
    /// Where a reader of records continues.
    var place: RecordReader.Place {
        get { RecordReader.Place(offset: offset, lines: lines) }
        set { (offset, lines) = (newValue.offset, newValue.lines) }
    }
}

extension CheckpointStore {
    /// Returns the header row of the most recent CSV file at a path, or else in its rotation.
    func header(at path: String) throws(StorageError) -> [UInt8]? {
        let files = try headers()
        let original = LogName.original(of: path)
        let found =
            files.first { $0.path == path }
            ?? files.first { LogName.original(of: $0.path) == original }
        return found?.header
    }
}

/// The files that a run has opened, under any name.
final class SeenFiles {
    private var paths: [FileCheckpoint.Identity: Set<String>] = [:]

    func insert(_ identity: FileCheckpoint.Identity, at path: String) {
        paths[identity, default: []].insert(path)
    }

    /// Forgets a file that could not be read yet.
    func remove(_ identity: FileCheckpoint.Identity) {
        paths[identity] = nil
    }

    func contains(_ identity: FileCheckpoint.Identity) -> Bool { paths[identity] != nil }

    /// Returns whether a file was opened under a name. A new file may have the identity of one that
    /// was deleted, so a search compares the names too.
    func contains(_ identity: FileCheckpoint.Identity, at path: String) -> Bool {
        paths[identity]?.contains(path) == true
    }
}
