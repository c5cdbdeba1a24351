package import CivilTime

/// Caches the time zones of a configuration, so that each is read only once.
///
/// The database itself does not cache. For an unknown name it searches all its files for the
/// nearest name.
struct ZoneCache {
    private let database: ZoneDatabase
    private var answers: [String: Result<TimeZoneRules, Problem>] = [:]

    init(_ database: ZoneDatabase) {
        self.database = database
    }

    mutating func zone(named name: String) throws(Problem) -> TimeZoneRules {
        if let answer = answers[name] { return try answer.get() }
        let answer = ask(name)
        answers[name] = answer
        return try answer.get()
    }

    private func ask(_ name: String) -> Result<TimeZoneRules, Problem> {
        let malformed = Problem.form(name, expected: "a time zone such as 'Asia/Kolkata'")
        guard name.utf8.count <= 100 else { return .failure(malformed) }
        do throws(ZoneError) {
            return .success(try database.zone(named: name))
        } catch {
            switch error {
            case .unknown(let name, let nearest):
                return .failure(.unknownZone(name, nearest: nearest))
            case .otherName(let name, let advice):
                return .failure(.otherZoneName(name, advice: advice))
            case .malformedName: return .failure(malformed)
            default: return .failure(.refused(error.description))
            }
        }
    }
}

extension ZoneDatabase {
    /// Opens the database in the directory of `TZDIR`, or the database of the system.
    package init(environment: [String: String]) {
        let named = environment["TZDIR"].flatMap { $0.isEmpty ? nil : $0 }
        self.init(directory: named ?? "/usr/share/zoneinfo")
    }
}
