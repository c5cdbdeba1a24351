import CallbackDispatch
import JSON
import Profiles
import Storage

/// The response to a trigger, with the first attempt of each of its callbacks.
enum FirstAttempts {
    /// Returns the response with the attempts made so far.
    ///
    /// - Parameter isQuick: Whether to throw `SlowProfile` instead of reading a large profile for its
    ///   message.
    static func envelope(
        of accepted: [AcceptedCallback], _ company: String, _ stores: Stores, isQuick: Bool
    ) throws -> Envelope {
        let deliveries = DeliveryOperations(stores.queue, stores.log, company: company)
        let shown = try accepted.map { callback in
            var object = callback.json
            let entry = try stores.queue.entry(callback.callbackID, company: company)
            if let entry, entry.attempts > 0 {
                object["state"] = .string(entry.state.name)
                object["attempt"] = try deliveries.firstAttempt(at: callback.callbackID)?.json
                object["response_message"] = JSONValue(try message(entry, stores, isQuick))
            }
            return JSONValue.object(object)
        }
        return Envelope(accepted: shown)
    }

    /// Returns the message that the profile defines for the sender of a delivered trigger.
    private static func message(
        _ entry: CallbackEntry, _ stores: Stores, _ isQuick: Bool
    ) throws -> String? {
        guard entry.state == .delivered, case .profile(let id) = entry.callback.target else {
            return nil
        }
        do {
            let company = entry.callback.company
            return try stores.profiles.current(id, company: company, atOnce: isQuick)?
                .responseMessage(for: TriggeredEvent(entry.callback))
        } catch is DamagedProfile {
            return nil
        }
    }
}

/// The callbacks of a request that are not attempted yet.
struct AwaitedAttempts {
    private let company: String
    private var callbacks: ArraySlice<AcceptedCallback>

    init(_ callbacks: [AcceptedCallback], _ company: String) {
        (self.callbacks, self.company) = (callbacks[...], company)
    }

    /// Returns whether each callback was attempted. Looks up only the callbacks without an attempt so far.
    mutating func areFinished(_ queue: CallbackQueue) throws -> Bool {
        while let next = callbacks.first {
            let progress = try queue.progress(of: next.callbackID, company: company)
            guard let progress, progress.attempts > 0 else { return false }
            callbacks.removeFirst()
        }
        return true
    }

    /// Returns whether a callback is being sent.
    func areInFlight(_ queue: CallbackQueue) throws -> Bool {
        try callbacks.contains {
            try queue.progress(of: $0.callbackID, company: company)?.state == .inFlight
        }
    }
}
