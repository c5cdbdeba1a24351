package import CivilTime

extension ZoneDatabase {
    /// The database that `TZDIR` names, else the system's.
    package init(environment: [String: String]) {
        let named = environment["TZDIR"].flatMap { $0.isEmpty ? nil : $0 }
        self.init(directory: named ?? "/usr/share/zoneinfo")
    }
}
