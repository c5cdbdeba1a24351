package import CivilTime

extension ZoneDatabase {
    /// Opens the database in the directory of `TZDIR`, or the database of the system.
    package init(environment: [String: String]) {
        let named = environment["TZDIR"].flatMap { $0.isEmpty ? nil : $0 }
        self.init(directory: named ?? "/usr/share/zoneinfo")
    }
}
