import CallbackDispatch
import JSON
import Profiles

/// The response to a trigger, with the first attempt of each of its callbacks.
struct FirstAttempts {
    let envelope: Envelope
    /// Whether each callback was attempted.
    let areFinished: Bool
    /// Whether a callback is being sent.
    let areInFlight: Bool

    init(of accepted: Envelope, _ company: String, _ stores: Stores) throws {
        let callbacks = accepted.data.object?["callbacks"]?.array ?? []
        var (shown, areFinished, areInFlight): ([JSONValue], Bool, Bool) = ([], true, false)
        for callback in callbacks {
            let id = callback.object?["callback_id"]?.string ?? ""
            let entry = try stores.queue.entry(id, company: company)
            areInFlight = areInFlight || entry?.state == .inFlight
            guard var object = callback.object, let entry, entry.attempts > 0 else {
                areFinished = false
                shown.append(callback)
                continue
            }
            object["state"] = .string(entry.state.name)
            object["attempt"] = try Self.first(id, company, stores)
            object["response_message"] = JSONValue(try Self.message(entry, stores))
            shown.append(.object(object))
        }
        (self.areFinished, self.areInFlight) = (areFinished, areInFlight)
        envelope = Envelope(
            success: accepted.message, .object(["callbacks": .array(shown)]),
            status: accepted.status)
    }

    private static func first(
        _ id: String, _ company: String, _ stores: Stores
    ) throws -> JSONValue? {
        try DeliveryOperations(stores.queue, stores.log, company: company)
            .list([(name: "callback_id", value: id)]).data.object?["deliveries"]?.array?.last
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
