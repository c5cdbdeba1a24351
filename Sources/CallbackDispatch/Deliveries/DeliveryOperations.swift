package import CivilTime
import DeliveryLog
import JSON
package import Profiles
package import Storage

/// The deliveries of one company; each call answers with an envelope.
package struct DeliveryOperations {
    private let queue: CallbackQueue
    private let log: AttemptLog
    private let company: String

    package init(_ queue: CallbackQueue, _ log: AttemptLog, company: String) {
        (self.queue, self.log, self.company) = (queue, log, company)
    }

    /// What a list can be narrowed by, as the names of parameters.
    package static var parameters: [String] { DeliveryFilter.names }

    /// Attempts as the log has them, the newest first.
    package func list(_ parameters: [(name: String, value: String)]) throws -> Envelope {
        let filter: DeliveryFilter
        do throws(ProfileFaults) {
            filter = try DeliveryFilter(parameters, company: company)
        } catch {
            return Envelope(error)
        }
        let found =
            filter.isOfTests
            ? try queue.trials(filter)
            : try queue.deliveries(
                log.attempts(
                    filter.attempts, limit: filter.page.limit + 1, offset: filter.page.offset))
        var list = ListAnswer(filter.page)
        // One more than was asked for shows that the list goes on.
        let hasMore = !found.allSatisfy { list.add($0.json) }
        return Envelope(
            success: "Deliveries fetched successfully", list.data("deliveries", hasMore: hasMore))
    }

    /// Sends a callback again that is over: one more attempt, with the same id.
    package func replay(_ callbackID: String, at now: Instant) throws -> Envelope {
        switch try queue.replay(callbackID, company: company, now: now) {
        case .queued:
            Envelope(
                success: "Callback queued successfully",
                .object(["callback_id": .string(callbackID)]), status: 202)
        case .notFinal(let state):
            Envelope(
                failure: "The callback is not over yet", part: "params",
                "The callback is \(state.name), so it will be sent anyway: \(callbackID)",
                status: 400)
        case .unknown:
            Envelope(
                failure: "No callback exists with this id", part: "params",
                "No callback exists with id: \(callbackID)", status: 404)
        }
    }
}
