package import CivilTime
import Encryption
import JSON
package import Profiles
import SQLite

/// Accepts what is to be told of for one company; each call answers with an envelope.
///
/// The API and the command `send` both work by these. What was answered with 202 is on the disk.
package struct TriggerOperations {
    private let queue: CallbackQueue
    private let store: ProfileStore
    private let company: String
    /// What is wrong with the request beside its body.
    private let parameterFaults: [ProfileFault]
    /// Why no callback may go to a host; nil when it may.
    private let refusal: (_ host: String) -> String?

    package init(
        _ queue: CallbackQueue, _ store: ProfileStore, company: String,
        parameterFaults: [ProfileFault] = [], refusal: @escaping (_ host: String) -> String?
    ) {
        (self.queue, self.store, self.company, self.refusal) = (queue, store, company, refusal)
        self.parameterFaults = parameterFaults
    }

    /// Takes one trigger, an array of them or one a line (NDJSON): all of them or none.
    ///
    /// A trigger whose id is known changes nothing and is answered as it was.
    package func accept(_ request: [UInt8], at now: Instant) throws -> Envelope {
        do {
            return Self.answer(try take(request, at: now))
        } catch let faults as ProfileFaults {
            return Envelope(faults)
        }
    }

    /// Takes one trigger a line, as many as there are: all of them or none.
    ///
    /// - Parameters:
    ///   - line: gives the next line; nil at the end.
    ///   - taken: gets the id of each callback, in their order, when all are on the disk.
    /// - Throws: ``ProfileFaults`` with every fault of all lines, ``DatabaseError``, or what
    ///   `line` throws.
    package func take(
        lines line: () throws -> [UInt8]?, at now: Instant, taken: (String) -> Void
    ) throws {
        let intake = try Intake(queue)
        var faults: [ProfileFault] = []
        var number = 0
        while let text = try line() {
            do {
                let value = try TriggerText.value(text, at: number)
                for callback in try callbacks(of: value, at: number, now) {
                    if faults.isEmpty { try intake.add(callback) }
                }
            } catch let error as ProfileFaults {
                faults += error.faults
            }
            number += 1
        }
        guard faults.isEmpty else { throw ProfileFaults(faults: faults) }
        try intake.takeOver(now: now)
        try intake.forEachID(taken)
    }

    /// Takes what ``accept(_:at:)`` takes, for a caller that needs no envelope of it.
    ///
    /// - Returns: the callbacks, in the order of the request.
    /// - Throws: ``ProfileFaults`` with every fault of the request, or ``DatabaseError``.
    package func take(_ request: [UInt8], at now: Instant) throws -> [NewCallback] {
        let all = try ProfileFaults.reading(after: parameterFaults) {
            try callbacks(in: request, now)
        }
        _ = try queue.accept(all, now: now)
        return all
    }

    /// What a request asks for; each trigger is let go once its callbacks are made.
    private func callbacks(in request: [UInt8], _ now: Instant) throws -> [NewCallback] {
        var (made, faults): ([NewCallback], [ProfileFault]) = ([], [])
        try TriggerText.forEachValue(in: request) { place, value in
            do {
                made += try callbacks(of: value, at: place, now)
            } catch let error as ProfileFaults {
                faults += error.faults
            }
        }
        guard faults.isEmpty else { throw ProfileFaults(faults: faults) }
        return made
    }

    private func callbacks(
        of request: JSONValue, at place: Int?, _ now: Instant
    ) throws -> [NewCallback] {
        let known = try knownCallbacks(request)
        guard known.isEmpty else { return known }
        return try Trigger.triggers(
            in: [(place, request)], profile: { try store.current($0, company: company) },
            refusal: refusal
        ).flatMap { callbacks(of: $0, now) }
    }

    /// Takes a WhatsApp message that came in, for the profile of its number.
    package func acceptMessage(_ request: [UInt8], at now: Instant) throws -> Envelope {
        do {
            let message = try ProfileFaults.reading(after: parameterFaults) {
                try IncomingMessage(request: TriggerText.value(request))
            }
            guard let profile = try store.profile(of: message.number, company: company) else {
                return Envelope(
                    failure: "No profile is bound to this number", part: "params",
                    "No profile is bound to the number: \(message.number)", status: 404)
            }
            let id = message.callbackID ?? Self.freshID(at: now)
            let event = message.event(company: company, callbackID: id)
            let callback = NewCallback(event, to: .profile(profile.id))
            _ = try queue.accept([callback], now: now)
            return Self.answer([callback])
        } catch let faults as ProfileFaults {
            return Envelope(faults)
        }
    }

    private static func answer(_ callbacks: [NewCallback]) -> Envelope {
        Envelope(
            success: "Callbacks accepted successfully",
            .object(["callbacks": .array(callbacks.map(\.answer))]), status: 202)
    }

    // MARK: Ids

    private static func freshID(at now: Instant) -> String {
        RandomUUID.make(milliseconds: now.milliseconds)
    }

    private func callbacks(of trigger: Trigger, _ now: Instant) -> [NewCallback] {
        let id = trigger.callbackID ?? Self.freshID(at: now)
        return trigger.targets.enumerated().map { index, target in
            let own = trigger.targets.count == 1 ? id : Self.id(id, index)
            let event = TriggeredEvent(
                company: company, channel: trigger.channel, event: trigger.event,
                variables: trigger.variables, callbackID: own)
            return NewCallback(event, to: CallbackTarget(target))
        }
    }

    /// The id of one of several callbacks of a trigger.
    private static func id(_ id: String, _ index: Int) -> String { "\(id)-\(index + 1)" }

    /// The callbacks that an earlier request with the same id made; empty when there was none.
    private func knownCallbacks(_ request: JSONValue) throws(DatabaseError) -> [NewCallback] {
        guard let id = request.object?["callback_id"]?.string else { return [] }
        if let one = try queue.entry(id, company: company) { return [one.callback] }
        var callbacks: [NewCallback] = []
        while let next = try queue.entry(Self.id(id, callbacks.count), company: company) {
            callbacks.append(next.callback)
        }
        return callbacks
    }
}

extension CallbackTarget {
    fileprivate init(_ target: VoiceCallback.Target) {
        switch target {
        case .profile(let id): self = .profile(id)
        case .url(let url): self = .url(url)
        }
    }
}

extension NewCallback {
    fileprivate init(_ event: TriggeredEvent, to target: CallbackTarget) {
        self.init(
            company: event.company, callbackID: event.callbackID, target: target,
            channel: event.channel.rawValue, event: event.event,
            variables: JSONValue.object(event.variables).compact)
    }

    fileprivate var answer: JSONValue {
        var object: JSONObject = ["callback_id": .string(callbackID)]
        switch target {
        case .profile(let id): object["callback_profile"] = .string(id)
        case .url(let url): object["url"] = .string(url)
        }
        object["channel"] = .string(channel)
        object["event"] = JSONValue(event)
        return .object(object)
    }
}
