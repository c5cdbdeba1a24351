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
