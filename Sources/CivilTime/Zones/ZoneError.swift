/// Why a time zone of the system's database cannot be used.
package enum ZoneError: Error, Hashable, Sendable {
    /// The database has no such zone; `nearest` is the closest spelling that it has.
    case unknown(name: String, nearest: String?)
    /// A name that people and other systems have for time zones, and the tz database has not.
    case otherName(String, advice: String)
    /// Empty, absolute, or with parts that would lead out of the database.
    case malformedName(String)
    /// The zone's file, or the database itself, cannot be read; `reason` is the system's.
    case unreadable(path: String, reason: String)
    case corrupt(path: String, TZifError)
}

extension ZoneError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknown(let name, let nearest):
            "unknown time zone '\(name)'; "
                + (nearest.map { "did you mean '\($0)'?" } ?? "write a city, such as 'Asia/Kolkata'")
        case .otherName(let name, let advice):
            "unknown time zone '\(name)'; \(advice)"
        case .malformedName(let name):
            "'\(name)' is not a time zone; write a name such as 'Asia/Kolkata'"
        case .unreadable(let path, let reason):
            "cannot read time zone file \(path): \(reason); is tzdata installed?"
        case .corrupt(let path, let error):
            "time zone file \(path) is damaged: \(error.description); reinstall tzdata"
        }
    }
}
