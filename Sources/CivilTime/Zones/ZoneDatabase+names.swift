import FoundationEssentials
import Spelling

extension ZoneDatabase {
    /// The names of all zones in the directory, in alphabetical order.
    ///
    /// `posix` and `right` hold the same zones again; `posixrules`, `localtime` and `Factory`
    /// name no place.
    package func names() -> [String] {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []
        return paths.filter { !Self.isDuplicate($0) && isTZif($0) }.sorted()
    }

    /// The name that was probably meant; nil when none is close.
    ///
    /// A name of old is replaced by today's: `Asia/Calcuta` is close to `Asia/Calcutta`, which
    /// is called `Asia/Kolkata` now.
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
        return today(best.name, places: places)
    }

    /// Of equally close names today's come first, then short ones: `UTC` before `Etc/UTC`.
    private typealias Candidate = (distance: Int, rank: Int, length: Int, name: String)

    /// To the whole name, or to the city alone, which many people write: `berlin`.
    ///
    /// A mistake in so short a word counts twice; `Asia` is not meant to be Apia.
    private static func distance(_ target: String, to name: String) -> Int {
        let whole = folded(name)
        let city = String(whole.split(separator: "/").last ?? "")
        return min(
            spellingDistance(from: target, to: whole), spellingDistance(from: target, to: city) * 2)
    }

    private static func folded(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " ? "_" : $0 })
    }

    /// Follows a link, but only from a name that is not itself the name of a place today:
    /// Oslo may be a link to Berlin, and is yet what somebody in Oslo means.
    private func today(_ name: String, places: Set<String>) -> String {
        guard !places.contains(name) else { return name }
        let link = lines(of: "tzdata.zi").first { line in
            line.hasPrefix("L ") && line.hasSuffix(" " + name)
        }
        let parts = link?.split(separator: " ") ?? []
        guard parts.count == 3, places.contains(String(parts[1])) else { return name }
        return String(parts[1])
    }

    /// The names in `zone.tab`: the one or more that each country has.
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
