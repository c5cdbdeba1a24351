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

/// An error in a TZif file.
package enum TZifError: Error, Hashable, Sendable {
    /// The file does not begin with `TZif`.
    case notTZif
    /// The version byte is unknown.
    case unknownVersion(UInt8)
    /// The file is shorter than its header announces.
    case truncated(missingBytes: Int)
    /// A count in the header is not allowed by RFC 9636 section 3.1.
    case wrongCount(field: String, count: Int)
    /// The file counts leap seconds, which POSIX clocks do not.
    case leapSeconds
    /// A transition is not later than the previous one, or is out of range.
    case wrongTransition(index: Int, time: Int64)
    /// A transition refers to a local time type that does not exist.
    case unknownType(transition: Int, type: Int)
    /// A local time type has an invalid offset, flag or abbreviation.
    case wrongType(index: Int)
    /// The footer is not a POSIX TZ string.
    case wrongFooter(String)
}

extension TZifError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notTZif: "it is not a TZif file"
        case .unknownVersion(let version): "TZif version byte \(version) is unknown"
        case .truncated(let missing): "at least \(missing) bytes are missing at its end"
        case .wrongCount(let field, let count): "its header has the invalid count \(field) \(count)"
        case .leapSeconds: "it counts leap seconds; use the files outside of 'right'"
        case .wrongTransition(let index, let time):
            "transition \(index) at \(time) is out of order or out of range"
        case .unknownType(let transition, let type):
            "transition \(transition) leads to type \(type), which is not in the file"
        case .wrongType(let index): "local time type \(index) is malformed"
        case .wrongFooter(let footer): "its footer '\(footer)' is not a POSIX TZ rule"
        }
    }
}
