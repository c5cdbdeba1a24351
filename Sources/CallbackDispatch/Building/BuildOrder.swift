import CivilTime
import Storage

/// Callbacks of one company whose requests a thread of the ``BuildPool`` builds.
struct BuildOrder: Sendable {
    struct Item: Sendable {
        let id: Int64
        let callback: NewCallback
    }

    let company: String
    /// The time of the attempts, which the signatures contain.
    let now: Instant
    /// Callbacks whose requests are short as far as is known, or one whose request is long.
    var items: [Item]
    /// Whether the request exceeds ``BuildLimits/short``, or takes long to build.
    var isLong = false
}

/// The result of an order.
struct BuiltOrder: Sendable {
    enum Outcome: Sendable {
        case made(MadeRequest)
        /// The profile cannot be read, although the database can.
        case unreadable(any Error)
    }

    let order: BuildOrder
    /// The outcomes by the id of the claim, in the order of the items. Items without an outcome
    /// must be ordered again.
    var outcomes: [(id: Int64, outcome: Outcome)] = []
    /// Why the database cannot be read, or nil if it can.
    var interruption: (any Error)?
}

/// The limits of the memory and threads that building requests uses.
enum BuildLimits {
    /// The size up to which requests are not counted, in bytes. At most some hundreds of them
    /// exist at a time.
    static let short = 64 << 10
    /// The time a thread works for one company before it serves the next one.
    static let turn = Duration.milliseconds(20)
    /// The maximum number of threads for short requests. A company uses one of them at a time.
    static let threads = 3
    /// The maximum number of threads for long requests. A company uses one of them at a time.
    static let threadsForLong = 2
    /// The size of the variables of a callback whose request is built in a few milliseconds, in
    /// bytes.
    static let shortVariables = 16 << 10
    /// The size of all requests longer than ``short``, built or being built, in bytes.
    static let bytes = 64 << 20
    /// The size of those of one company, in bytes.
    static let bytesForCompany = 16 << 20
}
