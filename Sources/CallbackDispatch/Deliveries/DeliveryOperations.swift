package import CivilTime
import DeliveryLog
import JSON
package import Profiles
package import Storage

/// Lists and replays the deliveries of one company. Each operation returns an envelope.
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
    package func list(_ parameters: [(name: String, value: String)]) throws -> Envelope {
        let filter: DeliveryFilter
        do throws(ProfileFaults) {
            filter = try DeliveryFilter(parameters, company: company)
        } catch {
            return Envelope(error)
        }
        let found =
            filter.isOfTests
            ? try queue.testDeliveries(filter)
            : try queue.deliveries(
                log.attempts(
                    filter.attempts, limit: filter.page.limit + 1, offset: filter.page.offset))
        var list = ListAnswer(filter.page)
        // The query asks for one row more than the page holds. That row shows that more pages
        // follow.
        let hasMore = !found.allSatisfy { list.add($0.json) }
        return Envelope(
            success: "Deliveries fetched successfully", list.data("deliveries", hasMore: hasMore))
    }

    /// Queues one more attempt at a finished callback, with the same callback ID.
    package func replay(_ callbackID: String, at now: Instant) throws -> Envelope {
        switch try queue.replay(callbackID, company: company, now: now) {
        case .queued:
            Envelope(
                success: "Callback queued successfully",
                .object(["callback_id": .string(callbackID)]), status: 202)
        case .notFinal(let state):
            Envelope(
                failure: "The callback has not finished yet", part: "params",
                "The callback is \(state.name) and will be sent without a replay: \(callbackID)",
                status: 400)
        case .unknown:
            Envelope(
                failure: "No callback exists with this id", part: "params",
                "No callback exists with id: \(callbackID)", status: 404)
        }
    }
}
