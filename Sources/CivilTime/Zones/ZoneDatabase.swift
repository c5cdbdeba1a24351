/// The tz database of the system, a directory of TZif files.
///
/// Nothing is kept in memory: each question reads the files again.
package struct ZoneDatabase: Sendable {
    /// Such as `/usr/share/zoneinfo`.
    package let directory: String

    package init(directory: String) {
        self.directory = directory
    }

    /// Reads the rules of a zone, whose name must be spelled as in the database.
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

    /// Release of the database, such as `2026f`; nil where the system does not tell.
    package var version: String? {
        let first = firstLine(of: "tzdata.zi") ?? ""
        let prefix = "# version "
        if first.hasPrefix(prefix) { return String(first.dropFirst(prefix.count)) }
        return firstLine(of: "+VERSION")
    }

    /// Nil when it is empty, or the file cannot be read.
    private func firstLine(of file: String) -> String? {
        let bytes = (try? SmallFile.read(path(of: file), most: 100)) ?? []
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
    }

    private func contents(of path: String, for name: String) throws(ZoneError) -> [UInt8] {
        do {
            return try SmallFile.read(path)
        } catch  where error.meansAbsent {
            let names = names()
            // An empty database is a mistake of the machine, not a misspelt zone.
            guard !names.isEmpty else { throw .unreadable(path: path, reason: error.reason) }
            throw unknown(name, among: names)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }

    /// Whether the name stays inside of the directory.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return !name.utf8.contains(0)
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    func path(of name: String) -> String { directory + "/" + name }

    /// None when the file cannot be read.
    func lines(of file: String) -> [String] {
        let bytes = (try? SmallFile.read(path(of: file))) ?? []
        return bytes.split(separator: UInt8(ascii: "\n")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}
