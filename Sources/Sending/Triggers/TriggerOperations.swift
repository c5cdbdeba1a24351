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
    /// A trigger that is repeated changes nothing, and is answered as it was. The same id with
    /// other contents is refused.
    package func accept(_ request: [UInt8], at now: Instant) throws -> Envelope {
        do {
            return Self.answer(try take(request, at: now))
        } catch let faults as ProfileFaults {
            return Envelope(faults)
        } catch let conflicts as CallbackConflicts {
            return conflicts.envelope
        }
    }

    /// Takes one trigger a line, as many as there are: all of them or none.
    ///
    /// - Parameters:
    ///   - line: gives the next line; nil at the end.
    ///   - taken: gets the id of each callback, in their order, when all are on the disk.
    /// - Throws: ``ProfileFaults`` with every fault of all lines, ``CallbackConflicts``,
    ///   ``DatabaseError``, or what `line` throws.
    package func take(
        lines line: () throws -> [UInt8]?, at now: Instant, taken: (String) -> Void
    ) throws {
        let intake = try Intake(queue)
        var problems = TriggerProblems()
        var number = 0
        while let text = try line() {
            let isGood = problems.isEmpty
            try problems.collect {
                let value = try TriggerText.value(text, at: number)
                for callback in try callbacks(of: value, at: number, now) where isGood {
                    try intake.add(callback, at: number)
                }
            }
            number += 1
        }
        try problems.throwThem()
        let conflicts = try intake.takeOver(now: now)
        guard conflicts.isEmpty else { throw CallbackConflicts(at: conflicts) }
        try intake.forEachID(taken)
    }

    /// Takes what ``accept(_:at:)`` takes, for a caller that needs no envelope of it.
    ///
    /// - Returns: the callbacks, in the order of the request.
    /// - Throws: ``ProfileFaults`` with every fault of the request, ``CallbackConflicts``, or
    ///   ``DatabaseError``.
    package func take(_ request: [UInt8], at now: Instant) throws -> [AcceptedCallback] {
        let all = try ProfileFaults.reading(after: parameterFaults) {
            try callbacks(in: request, now)
        }
        return try accept(all.map(\.callback), at: all.map(\.place), now)
    }

    private func accept(
        _ callbacks: [NewCallback], at places: [Int?], _ now: Instant
    ) throws -> [AcceptedCallback] {
        switch try queue.accept(callbacks, now: now) {
        case .taken(let areNew):
            zip(callbacks, areNew).map { AcceptedCallback(callback: $0, isDuplicate: !$1) }
        case .conflicts(let indices): throw CallbackConflicts(at: indices.map { places[$0] })
        }
    }

    /// What a request asks for, with the place of its trigger; each trigger is let go once its
    /// callbacks are made.
    private func callbacks(
        in request: [UInt8], _ now: Instant
    ) throws -> [(callback: NewCallback, place: Int?)] {
        var made: [(callback: NewCallback, place: Int?)] = []
        var problems = TriggerProblems()
        var counts: [String: Int] = [:]
        try TriggerText.forEachValue(in: request) { place, value in
            try problems.collect {
                let callbacks = try callbacks(of: value, at: place, now)
                made += callbacks.map { ($0, place) }
                guard let id = value.object?["callback_id"]?.string else { return }
                // Triggers of so many callbacks each have no id in common that would show it.
                let count = counts.updateValue(callbacks.count, forKey: id)
                if count ?? callbacks.count != callbacks.count {
                    throw CallbackConflicts(at: [place])
                }
            }
        }
        try problems.throwThem()
        return made
    }

    private func callbacks(
        of request: JSONValue, at place: Int?, _ now: Instant
    ) throws -> [NewCallback] {
        let (known, isSame) = try knownCallbacks(request)
        if isSame { return known }
        let triggers = try Trigger.triggers(
            in: [(place, request)], profile: { try store.current($0, company: company) },
            refusal: refusal)
        guard known.isEmpty else { throw CallbackConflicts(at: [place]) }
        return triggers.flatMap { callbacks(of: $0, now) }
    }

    /// Takes a WhatsApp message that came in, for the profile of its number.
    package func acceptMessage(_ request: [UInt8], at now: Instant) throws -> Envelope {
        do {
            let message = try ProfileFaults.reading(after: parameterFaults) {
                try IncomingMessage(request: TriggerText.value(request))
            }
            guard let target = try target(of: message) else {
                return Envelope(
                    failure: "No profile is bound to this number", part: "params",
                    "No profile is bound to the number: \(message.number)", status: 404)
            }
            let id = message.callbackID ?? Self.freshID(at: now)
            let event = message.event(company: company, callbackID: id)
            let callback = NewCallback(event, to: target)
            return Self.answer(try accept([callback], at: [nil], now))
        } catch let faults as ProfileFaults {
            return Envelope(faults)
        } catch let conflicts as CallbackConflicts {
            return conflicts.envelope
        }
    }

    /// Where a message goes: the same way as when it first came, though its number may be bound
    /// to another profile since.
    private func target(of message: IncomingMessage) throws -> CallbackTarget? {
        if let id = message.callbackID, let known = try queue.entry(id, company: company) {
            return known.callback.target
        }
        return try store.profile(of: message.number, company: company).map { .profile($0.id) }
    }

    private static func answer(_ callbacks: [AcceptedCallback]) -> Envelope {
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
            let own = trigger.targets.count == 1 ? id : CallbackPart.id(index + 1, of: id)
            let event = TriggeredEvent(
                company: company, channel: trigger.channel, event: trigger.event,
                variables: trigger.variables, callbackID: own)
            return NewCallback(event, to: CallbackTarget(target))
        }
    }

    /// The callbacks that an earlier request with the same id made, and whether it was the same
    /// request; no callbacks when there was none.
    private func knownCallbacks(
        _ request: JSONValue
    ) throws(DatabaseError) -> (callbacks: [NewCallback], isSame: Bool) {
        guard let id = request.object?["callback_id"]?.string else { return ([], false) }
        let contents = TriggerContents(request)
        let known = try queue.callbacks(ofTrigger: id, company: company)
        guard known.isEmpty else { return (known, contents.map { made(known, $0) } ?? false) }
        guard let contents else { return ([], false) }
        let former = try queue.formerCallbacks(
            ofTrigger: id, count: contents.targets.count, company: company)
        // What is in the way of nothing is in no conflict either.
        return made(former, contents) ? (former, true) : ([], false)
    }

    /// Whether these are the callbacks, one or more, of a trigger with these contents.
    private func made(_ callbacks: [NewCallback], _ contents: TriggerContents) -> Bool {
        guard !callbacks.isEmpty,
            callbacks.map(\.target) == contents.targets.map(CallbackTarget.init)
        else { return false }
        let profile = callbacks[0].profileID.flatMap { try? store.current($0, company: company) }
        let variables = JSONValue.object(contents.variables.inOrder)
        return callbacks.allSatisfy { callback in
            let channel = Channel(rawValue: callback.channel) ?? .general
            return contents.names(channel, event: callback.event, own: profile?.settings.channel)
                && (try? JSONValue(parsing: callback.variables))?.inOrder == variables
        }
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

}

extension AcceptedCallback {
    fileprivate var answer: JSONValue {
        var object: JSONObject = ["callback_id": .string(callback.callbackID)]
        switch callback.target {
        case .profile(let id): object["callback_profile"] = .string(id)
        case .url(let url): object["url"] = .string(url)
        }
        object["channel"] = .string(callback.channel)
        object["event"] = JSONValue(callback.event)
        if isDuplicate { object["duplicate"] = .boolean(true) }
        return .object(object)
    }
}
