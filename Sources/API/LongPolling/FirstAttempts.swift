import CallbackDispatch
import JSON
import Profiles
import Storage

/// The response to a trigger, with the first attempt of each of its callbacks.
struct FirstAttempts {
    let envelope: Envelope
    /// Whether each callback was attempted.
    let areFinished: Bool
    /// Whether a callback is being sent.
    let areInFlight: Bool

    init(of accepted: [AcceptedCallback], _ company: String, _ stores: Stores) throws {
        let deliveries = DeliveryOperations(stores.queue, stores.log, company: company)
        var (shown, areFinished, areInFlight): ([JSONValue], Bool, Bool) = ([], true, false)
        for callback in accepted {
            let entry = try stores.queue.entry(callback.callbackID, company: company)
            areInFlight = areInFlight || entry?.state == .inFlight
            var object = callback.json
            if let entry, entry.attempts > 0 {
                object["state"] = .string(entry.state.name)
                object["attempt"] = try deliveries.firstAttempt(at: callback.callbackID)?.json
                object["response_message"] = JSONValue(try Self.message(entry, stores))
            } else {
                areFinished = false
            }
            shown.append(.object(object))
        }
        (self.areFinished, self.areInFlight) = (areFinished, areInFlight)
        envelope = Envelope(accepted: shown)
    }

    /// Returns the message that the profile defines for the sender of a delivered trigger.
    private static func message(_ entry: CallbackEntry, _ stores: Stores) throws -> String? {
        guard entry.state == .delivered, case .profile(let id) = entry.callback.target else {
            return nil
        }
        do {
            return try stores.profiles.current(id, company: entry.callback.company)?
                .responseMessage(for: TriggeredEvent(entry.callback))
        } catch is DamagedProfile {
            return nil
        }
    }
}
