/// What is wrong with the bytes of a TZif file.
package enum TZifError: Error, Hashable, Sendable {
    /// The file does not begin with `TZif`.
    case notTZif
    /// A version that is neither the first nor a later one than that.
    case unknownVersion(UInt8)
    /// The file ends before what its header announces.
    case truncated(missingBytes: Int)
    /// A count in the header that RFC 9636 section 3.1 does not allow.
    case wrongCount(field: String, count: Int)
    /// The file is one of those that count leap seconds, which POSIX clocks do not.
    case leapSeconds
    /// A transition that is not later than the one before it, or impossibly far away.
    case wrongTransition(index: Int, time: Int64)
    /// A transition to a local time type that the file does not have.
    case unknownType(transition: Int, type: Int)
    /// A local time type with an impossible offset, flag or abbreviation.
    case wrongType(index: Int)
    /// A footer that is no POSIX TZ string.
    case wrongFooter(String)
}

extension TZifError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notTZif: "it is not a TZif file"
        case .unknownVersion(let version): "TZif version byte \(version) is unknown"
        case .truncated(let missing): "at least \(missing) bytes are missing at its end"
        case .wrongCount(let field, let count): "its header says \(field) \(count)"
        case .leapSeconds: "it counts leap seconds; use the files outside of 'right'"
        case .wrongTransition(let index, let time):
            "transition \(index) at \(time) is out of order or out of range"
        case .unknownType(let transition, let type):
            "transition \(transition) leads to type \(type), which is not in the file"
        case .wrongType(let index): "local time type \(index) is malformed"
        case .wrongFooter(let footer): "its footer '\(footer)' is no POSIX TZ rule"
        }
    }
}
