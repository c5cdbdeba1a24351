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
        try answering { try take(request, at: now) }
    }

    private func answering(_ take: () throws -> [AcceptedCallback]) throws -> Envelope {
        do {
            return Self.answer(try take())
        } catch {
            guard let refusal = Self.refusal(error) else { throw error }
            return refusal
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
        let intake = try StagingTable(queue)
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
        try queue.accept(judge(request, at: now), now: now).get()
    }

    /// Reads and judges what ``take(_:at:)`` takes, which can take a while, and writes nothing.
    ///
    /// - Throws: ``ProfileFaults`` with every fault of the request, ``CallbackConflicts``, or
    ///   ``DatabaseError``.
    package func judge(_ request: [UInt8], at now: Instant) throws -> JudgedTriggers {
        try ProfileFaults.reading(after: parameterFaults) {
            var judged = JudgedTriggers()
            var problems = TriggerProblems()
            // Each trigger is let go once its callbacks are made.
            try TriggerText.forEachValue(in: request) { place, value in
                try problems.collect {
                    let callbacks = try callbacks(of: value, at: place, now)
                    let id = value.object?["callback_id"]?.string
                    try judged.add(callbacks, at: place, id: id)
                }
            }
            try problems.throwThem()
            return judged
        }
    }

    private func callbacks(
        of request: JSONValue, at place: Int?, _ now: Instant
    ) throws -> [NewCallback] {
        let (known, isSame) = try knownCallbacks(request)
        if isSame { return known }
        let triggers = try Trigger.triggers(
            in: [(place, request)], profile: { try profile($0, at: place) }, refusal: refusal)
        guard known.isEmpty else { throw CallbackConflicts(at: [place]) }
        return triggers.flatMap { callbacks(of: $0, now) }
    }

    /// The profile of a trigger; one that is damaged is a fault of the trigger alone.
    private func profile(_ id: String, at place: Int?) throws -> Profile? {
        do {
            return try store.current(id, company: company)
        } catch let damage as DamagedProfile {
            let path = (place.map { .body / $0 } ?? ProfileFault.Path.body) / "callback_profile"
            throw ProfileFaults(faults: [
                .must("be a profile that can be read; \(damage)", at: path)
            ])
        }
    }

    /// Takes a WhatsApp message that came in, for the profile of its number.
    package func acceptMessage(_ request: [UInt8], at now: Instant) throws -> Envelope {
        try answering { try queue.accept(judgeMessage(request, at: now), now: now).get() }
    }

    /// Reads and judges what ``acceptMessage(_:at:)`` takes, and writes nothing.
    ///
    /// - Throws: ``ProfileFaults``, ``UnboundNumber``, or ``DatabaseError``.
    package func judgeMessage(_ request: [UInt8], at now: Instant) throws -> JudgedTriggers {
        let message = try ProfileFaults.reading(after: parameterFaults) {
            try IncomingMessage(request: TriggerText.value(request))
        }
        guard let target = try target(of: message) else {
            throw UnboundNumber(number: "\(message.number)")
        }
        let id = message.callbackID ?? Self.freshID(at: now)
        let event = message.event(company: company, callbackID: id)
        var judged = JudgedTriggers()
        try judged.add([NewCallback(event, to: target)], at: nil, id: message.callbackID)
        return judged
    }

    /// Where a message goes: the same way as when it first came, though its number may be bound
    /// to another profile since.
    private func target(of message: IncomingMessage) throws -> CallbackTarget? {
        if let id = message.callbackID, let known = try queue.entry(id, company: company) {
            return known.callback.target
        }
        return try store.profileID(of: message.number, company: company).map { .profile($0) }
    }

    // MARK: Answers

    package static func answer(_ callbacks: [AcceptedCallback]) -> Envelope {
        Envelope(
            success: "Callbacks accepted successfully",
            .object(["callbacks": .array(callbacks.map(\.answer))]), status: 202)
    }

    /// The answer to a request with which something is wrong; nil for any other error.
    package static func refusal(_ error: any Error) -> Envelope? {
        switch error {
        case let faults as ProfileFaults: Envelope(faults)
        case let conflicts as CallbackConflicts: conflicts.envelope
        case let unbound as UnboundNumber: unbound.envelope
        default: nil
        }
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
