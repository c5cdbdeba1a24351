/// An error that occurred while reading a time zone.
package enum ZoneError: Error, Hashable, Sendable {
    /// The database has no such zone. `nearest` is the name with the closest spelling.
    case unknown(name: String, nearest: String?)
    /// A name that people or other systems use for a time zone, but not the tz database.
    case otherName(String, advice: String)
    /// The name is empty, absolute, or leads out of the database.
    case malformedName(String)
    /// The file or the database cannot be read. `reason` is the message of the operating system.
    case unreadable(path: String, reason: String)
    case corrupt(path: String, TZifError)
}

extension ZoneError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let name, let nearest):
            "unknown time zone '\(name)'; "
                + (nearest.map { "did you mean '\($0)'?" } ?? "use a city, such as 'Asia/Kolkata'")
        case .otherName(let name, let advice):
            "unknown time zone '\(name)'; \(advice)"
        case .malformedName(let name):
            "'\(name)' is not a time zone; use a name such as 'Asia/Kolkata'"
        case .unreadable(let path, let reason):
            "cannot read time zone file \(path): \(reason); is tzdata installed?"
        case .corrupt(let path, let error):
            "time zone file \(path) is damaged: \(error.description); reinstall tzdata"
        }
    }
}
