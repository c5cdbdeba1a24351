import FoundationEssentials
import TextSupport

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
