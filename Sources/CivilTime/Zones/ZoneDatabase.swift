import FoundationEssentials
import Glibc
import TextSupport

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
    /// - Parameter name: The name, spelled as in the database.
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

extension ZoneDatabase {
    /// Returns the names of all zones in alphabetical order.
    ///
    /// The folders `posix` and `right` contain copies, and `posixrules`, `localtime` and `Factory`
    /// are not places.
    package func names() -> [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        return paths.filter { !Self.isDuplicate($0) && isTZif($0) }.sorted()
    }

    /// Returns the most likely intended name, or nil if no name is close.
    ///
    /// Legacy names are replaced by current ones: `Asia/Calcuta` is close to `Asia/Calcutta`, which
    /// is now called `Asia/Kolkata`.
    package func nearest(to name: String) -> String? { nearest(to: name, among: names()) }

    func nearest(to name: String, among names: [String]) -> String? {
        let places = placeNames()
        let target = Self.folded(name)
        let limit = target.count / 4
        let ranked = names.map { name -> Candidate in
            let rank = places.contains(name) ? 0 : 1
            return (Self.distance(target, to: name), rank, name.utf8.count, name)
        }
        guard let best = ranked.min(by: <), best.distance <= limit else { return nil }
        return currentName(best.name, places: places)
    }

    /// Among equally close names, current names come first, then short ones: `UTC` before
    /// `Etc/UTC`.
    private typealias Candidate = (distance: Int, rank: Int, length: Int, name: String)

    /// Returns the distance to the full name or to the city alone, because many people write only
    /// the city: `berlin`.
    ///
    /// An edit in the short form counts twice. Otherwise `Asia` would be close to Apia.
    private static func distance(_ target: String, to name: String) -> Int {
        let fullName = folded(name)
        let city = String(fullName.split(separator: "/").last ?? "")
        return min(
            spellingDistance(from: target, to: fullName),
            spellingDistance(from: target, to: city) * 2)
    }

    private static func folded(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " ? "_" : $0 })
    }

    /// Follows a link, except from the current name of a place: Oslo may be a link to Berlin, but
    /// people in Oslo mean Oslo.
    private func currentName(_ name: String, places: Set<String>) -> String {
        guard !places.contains(name) else { return name }
        let link = lines(of: "tzdata.zi").first { line in
            line.hasPrefix("L ") && line.hasSuffix(" " + name)
        }
        let parts = link?.split(separator: " ") ?? []
        guard parts.count == 3, places.contains(String(parts[1])) else { return name }
        return String(parts[1])
    }

    /// Returns the names in `zone.tab`, which has one or more for each country.
    private func placeNames() -> Set<String> {
        let rows = lines(of: "zone.tab").filter { !$0.hasPrefix("#") }
        let names = rows.compactMap { row -> String? in
            let columns = row.split(separator: "\t")
            return columns.count > 2 ? String(columns[2]) : nil
        }
        return Set(names)
    }

    private static func isDuplicate(_ path: String) -> Bool {
        ["posix/", "right/"].contains { path.hasPrefix($0) }
            || ["posixrules", "localtime", "Factory"].contains(path)
    }

    private func isTZif(_ path: String) -> Bool {
        let bytes = (try? SmallFile.read(self.path(of: path))) ?? []
        return bytes.starts(with: Array("TZif".utf8))
    }
}

/// Reads files that are known to be small.
enum SmallFile {
    /// The largest TZif file has 4 KB, and `tzdata.zi` has 110 KB. A larger file is something else.
    static let limit = 1 << 20

    /// A failure with its `errno`.
    struct Failure: Error {
        var number: Int32

        /// Whether the file does not exist, is a directory, or cannot exist because of its name.
        var isMissingFile: Bool {
            [ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG].contains(number)
        }

        var reason: String { String(cString: strerror(number)) }
    }

    /// Reads a file. Everything except regular files counts as missing, because a named pipe could
    /// block the program.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - maxCount: The maximum number of bytes to read.
    static func read(_ path: String, maxCount: Int = limit) throws(Failure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Failure(number: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Failure(number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Failure(number: EISDIR) }
        guard status.st_size <= limit else { throw Failure(number: EFBIG) }
        return try read(descriptor, count: min(maxCount, Int(status.st_size)))
    }

    /// Returns fewer bytes if the file was truncated in the meantime.
    private static func read(_ descriptor: Int32, count: Int) throws(Failure) -> [UInt8] {
        var failure: Failure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = Glibc.read(
                    descriptor, buffer.baseAddress?.advanced(by: filled), count - filled)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = Failure(number: errno) }
                guard got > 0 else { return }
                filled += got
            }
        }
        if let failure { throw failure }
        return bytes
    }
}
