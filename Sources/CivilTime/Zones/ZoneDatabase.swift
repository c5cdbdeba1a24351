/// The tz database of the system, which is a directory of TZif files.
///
/// Nothing is cached; each call reads the files again.
package struct ZoneDatabase: Sendable {
    /// The directory, such as `/usr/share/zoneinfo`.
    package let directory: String

    package init(directory: String) {
        self.directory = directory
    }

    /// Reads the rules of a zone.
    ///
    /// - Parameter name: the name, spelled as in the database.
    /// - Throws: ``ZoneError``, with a suggestion if the name is unknown.
    package func zone(named name: String) throws(ZoneError) -> TimeZoneRules {
        guard Self.isName(name) else { throw .malformedName(name) }
        let path = path(of: name)
        let bytes = try contents(of: path, for: name)
        do {
            return try TimeZoneRules(name: name, tzif: bytes)
        } catch {
            throw .corrupt(path: path, error)
        }
    }

    /// The release of the database, such as `2026f`, or nil if it is unknown.
    package var version: String? {
        let first = firstLine(of: "tzdata.zi") ?? ""
        let prefix = "# version "
        if first.hasPrefix(prefix) { return String(first.dropFirst(prefix.count)) }
        return firstLine(of: "+VERSION")
    }

    /// Returns the first line, or nil if it is empty or the file cannot be read.
    private func firstLine(of file: String) -> String? {
        let bytes = (try? SmallFile.read(path(of: file), maxCount: 100)) ?? []
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private func contents(of path: String, for name: String) throws(ZoneError) -> [UInt8] {
        do {
            return try SmallFile.read(path)
        } catch  where error.isMissingFile {
            let names = names()
            // If the database is empty, the installation is faulty and not the name.
            guard !names.isEmpty else { throw .unreadable(path: path, reason: error.reason) }
            throw unknown(name, among: names)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }

    /// Whether the path stays inside of the directory.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return !name.utf8.contains(0)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    func path(of name: String) -> String { directory + "/" + name }

    /// Returns the lines of a file, or an empty array if it cannot be read.
    func lines(of file: String) -> [String] {
        let bytes = (try? SmallFile.read(path(of: file))) ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
