package import CivilTime
import DeliveryLog
package import Profiles
package import Storage

/// Lists and replays the deliveries of one company.
package struct DeliveryOperations {
    private let queue: CallbackQueue
    private let log: AttemptLog
    private let company: String

    package init(_ queue: CallbackQueue, _ log: AttemptLog, company: String) {
        (self.queue, self.log, self.company) = (queue, log, company)
    }

    /// The names of the query parameters that narrow the list.
    package static var parameters: [String] { DeliveryFilter.names }

    /// Returns one page of logged attempts, newest first.
    ///
    /// - Parameters:
    ///   - parameters: Query parameters from ``parameters``.
    ///   - size: Returns the size of a delivery in the response, in bytes.
    /// - Throws: ``ProfileFaults`` for invalid parameters, or the database's error.
    package func list(
        _ parameters: [(name: String, value: String)], size: (Delivery) -> Int
    ) throws -> ListSlice<Delivery> {
        let filter = try DeliveryFilter(parameters, company: company)
        let page = filter.page
        let found =
            filter.isOfTests
            ? try queue.testDeliveries(
                filter.attempts, limit: filter.page.limit + 1, offset: filter.page.offset)
            : try queue.deliveries(
                log.attempts(filter.attempts, limit: page.limit + 1, offset: page.offset))
        // The query asks for one row more than the page holds. That row shows that more pages
        // follow.
        var budget = ListBudget(page)
        let shown = found.prefix { budget.take(size($0)) }
        return ListSlice(Array(shown), of: page, hasMore: shown.count < found.count)
    }

    /// Returns the first of the newest attempts at a callback, or `nil` if there is none.
    package func firstAttempt(at callbackID: String) throws -> Delivery? {
        try list([(name: "callback_id", value: callbackID)]) { _ in 0 }.items.last
    }

    /// Queues one more attempt at a finished callback, with the same callback ID.
    ///
    /// - Throws: ``ReplayError``, or the database's error.
    package func replay(_ callbackID: String, at now: Instant) throws {
        switch try queue.replay(callbackID, company: company, now: now) {
        case .queued: break
        case .notFinal(let state): throw ReplayError.notFinished(callbackID, state)
        case .unknown: throw ReplayError.unknownCallback(callbackID)
        }
    }
}

/// Why a callback cannot be sent again.
package enum ReplayError: Error, Hashable, Sendable {
    /// The callback will be sent without a replay.
    case notFinished(String, CallbackState)
    /// The company has no callback with this ID.
    case unknownCallback(String)
}

/// Selects which deliveries of a company a list returns.
struct DeliveryFilter {
    private(set) var page = ListPage()
    /// Whether to list test deliveries instead of callbacks.
    private(set) var isOfTests = false
    private(set) var attempts: AttemptFilter

    static let names = [
        "limit", "offset", "callback_id", "callback_profile", "channel", "outcome", "reason",
        "from", "to", "test",
    ]

    /// Parses the query parameters of a request.
    ///
    /// - Throws: A ``ProfileFaults`` that lists every invalid parameter.
    init(
        _ parameters: [(name: String, value: String)], company: String
    ) throws(ProfileFaults) {
        attempts = AttemptFilter(company: company)
        try ProfileFaults.reading(parameters) { parse($0, as: $1) }
    }

    private mutating func parse(_ value: String, as name: String) -> ProfileFault? {
        let path = ProfileFault.Path.params / name
        switch name {
        case "callback_id": attempts.callbackID = value
        case "callback_profile": attempts.profileID = value
        case "channel": attempts.channel = value
        case "limit", "offset": return page.parse(value, as: name)
        case "from", "to":
            guard let time = ListTime(value) else { return .invalidTime(at: path) }
            if name == "from" { attempts.start = time.start } else { attempts.end = time.end }
        case "outcome":
            attempts.outcome = Outcome(name: value)
            guard attempts.outcome == nil else { return nil }
            return .notAllowed(Outcome.allCases.map(\.name), at: path)
        case "reason":
            attempts.reason = Reason(name: value)
            guard attempts.reason == nil else { return nil }
            return .notAllowed(Reason.allCases.map(\.name), at: path)
        case "test":
            isOfTests = value == "true"
            guard !["true", "false"].contains(value) else { return nil }
            return .notAllowed(["true", "false"], at: path)
        default: return .unknown(name, nearest: nil, at: .params)
        }
        return nil
    }
}
