package import CivilTime
import Encryption
import JSON
package import Profiles
package import Storage
import StorageErrors
import TextSupport

/// Accepts triggers for one company.
///
/// The API and the `send` command both use this type. Operations throw ``ProfileFaults``,
/// ``CallbackConflicts`` or ``ProfileError`` if they refuse a request; all other errors are failures.
package struct TriggerOperations {
    private let queue: CallbackQueue
    private let store: ProfileStore
    private let company: String
    /// The faults in the request's parameters, which are reported together with those in its body.
    private let parameterFaults: [ProfileFault]
    /// Returns why callbacks to a host are not allowed, or `nil` if they are.
    private let blockReason: (_ host: String) -> String?
    /// The maximum size of the settings of all profiles that one request names, in bytes.
    private let profileLimit: Int
    /// The maximum number of callbacks that one request to the API creates.
    private let callbackLimit: Int

    /// Inserting this many takes about as long as other companies may wait for the database.
    package static let callbackLimit = 10_000

    package init(
        _ queue: CallbackQueue, _ store: ProfileStore, company: String,
        parameterFaults: [ProfileFault] = [], profileLimit: Int = NamedProfiles.limit,
        callbackLimit: Int = Self.callbackLimit,
        blockReason: @escaping (_ host: String) -> String?
    ) {
        (self.profileLimit, self.callbackLimit) = (profileLimit, callbackLimit)
        (self.queue, self.store, self.company, self.blockReason) = (
            queue, store, company, blockReason
        )
        self.parameterFaults = parameterFaults
    }

    /// Accepts one trigger per line, any number of them: all or none.
    ///
    /// - Parameters:
    ///   - line: Returns the next line, or `nil` at the end.
    ///   - now: The current time.
    ///   - taken: Called with the ID of each callback, in order, once all are on disk.
    /// - Throws: ``ProfileFaults`` with the faults of all lines, ``CallbackConflicts``,
    ///   ``StorageError``, or any error of `line`.
    package func take(
        lines line: () throws -> [UInt8]?, at now: Instant, taken: (String) -> Void
    ) throws {
        let intake = try StagingTable(queue)
        var problems = TriggerProblems()
        var forgotten = PrunedCallbackCheck(queue, company: company)
        var named = NamedProfiles(store, company: company, limit: .max)
        let lookup = try TriggerLookup(queue, company: company)
        var number = 0
        while let text = try line() {
            let isGood = problems.isEmpty
            try problems.collect {
                let value = try TriggerText.value(text, at: number)
                let callbacks = try callbacks(of: value, at: number, now, &named, lookup)
                for callback in callbacks where isGood { try intake.add(callback, at: number) }
                let id = value.object?["callback_id"]?.string
                try forgotten.add(callbacks, id: id, at: number)
            }
            number += 1
        }
        try problems.throwCollected()
        try forgotten.finish()
        let conflicts = try intake.takeOver(now: now)
        guard conflicts.isEmpty else { throw CallbackConflicts(at: conflicts) }
        try intake.forEachID(taken)
    }

    /// Accepts one trigger, an array of triggers, or one trigger per line (NDJSON): all of them or
    /// none. They are on disk when this returns.
    ///
    /// Repeating a trigger changes nothing and returns the same callbacks. The same ID with
    /// different contents is a conflict.
    ///
    /// - Returns: The callbacks, in the order of the request.
    /// - Throws: ``ProfileFaults`` with all faults of the request, ``CallbackConflicts``, or
    ///   ``StorageError``.
    package func take(_ request: [UInt8], at now: Instant) throws -> [AcceptedCallback] {
        try queue.accept(validate(request, at: now), now: now).get()
    }

    /// Validates a request for ``take(_:at:)``, which can take a while. Writes no callbacks.
    ///
    /// - Throws: ``ProfileFaults`` with all faults of the request, ``CallbackConflicts``, or
    ///   ``StorageError``.
    package func validate(_ request: [UInt8], at now: Instant) throws -> ValidatedTriggers {
        try ProfileFaults.reading(after: parameterFaults) {
            var validated = ValidatedTriggers()
            var problems = TriggerProblems()
            var forgotten = PrunedCallbackCheck(queue, company: company)
            var named = NamedProfiles(store, company: company, limit: profileLimit)
            let lookup = try TriggerLookup(queue, company: company)
            // Each parsed trigger is released once its callbacks exist, to save memory.
            try TriggerText.forEachValue(in: request) { index, value in
                try problems.collect {
                    let callbacks = try callbacks(of: value, at: index, now, &named, lookup)
                    let id = value.object?["callback_id"]?.string
                    try validated.add(callbacks, at: index, id: id)
                    try forgotten.add(callbacks, id: id, at: index)
                }
                guard validated.callbacks.count <= callbackLimit else { throw tooManyCallbacks }
            }
            try problems.throwCollected()
            try forgotten.finish()
            validated.judgement = try queue.judgement(of: validated)
            if let judgement = validated.judgement, judgement.isAccepted {
                try queue.prepareEndpoints(for: validated.callbacks, now: now)
            }
            return validated
        }
    }

    private var tooManyCallbacks: ProfileFaults {
        let words =
            "create more than \(callbackLimit) callbacks in total; split it into several requests"
        return ProfileFaults(faults: [.mustNot(words, at: .body)])
    }

    private func callbacks(
        of request: JSONValue, at index: Int?, _ now: Instant, _ named: inout NamedProfiles,
        _ lookup: borrowing TriggerLookup
    ) throws -> [NewCallback] {
        let (known, isSame) = try knownCallbacks(request, &named, lookup)
        if isSame { return known }
        let triggers = try Trigger.triggers(
            in: [(index, request)], profile: { try named.profile($0, at: index) },
            blockReason: blockReason)
        guard known.isEmpty else { throw CallbackConflicts(at: [index]) }
        return triggers.flatMap { callbacks(of: $0, now) }
    }

    /// Accepts an incoming WhatsApp message for the profile that its number is bound to.
    package func takeMessage(_ request: [UInt8], at now: Instant) throws -> [AcceptedCallback] {
        try queue.accept(validateMessage(request, at: now), now: now).get()
    }

    /// Validates a message for ``takeMessage(_:at:)``. Writes nothing.
    ///
    /// - Throws: ``ProfileFaults``, ``ProfileError``, or ``StorageError``.
    package func validateMessage(_ request: [UInt8], at now: Instant) throws -> ValidatedTriggers {
        let message = try ProfileFaults.reading(after: parameterFaults) {
            try IncomingMessage(request: TriggerText.value(request))
        }
        guard let target = try target(of: message) else {
            throw ProfileError.unboundNumber("\(message.number)")
        }
        let id = message.callbackID ?? Self.newID(at: now)
        let event = message.event(company: company, callbackID: id)
        var validated = ValidatedTriggers()
        let callbacks = [NewCallback(event, to: target)]
        try validated.add(callbacks, at: nil, id: message.callbackID)
        var forgotten = PrunedCallbackCheck(queue, company: company)
        try forgotten.add(callbacks, id: message.callbackID, at: nil)
        try forgotten.finish()
        return validated
    }

    /// Returns the destination of a message. A repeated message keeps its first destination, even
    /// if its number has been bound to another profile since.
    private func target(of message: IncomingMessage) throws -> CallbackTarget? {
        if let id = message.callbackID, let known = try queue.entry(id, company: company) {
            return known.callback.target
        }
        return try store.profileID(of: message.number, company: company).map { .profile($0) }
    }

    // MARK: IDs

    private static func newID(at now: Instant) -> String {
        RandomUUID.make(milliseconds: now.milliseconds)
    }

    private func callbacks(of trigger: Trigger, _ now: Instant) -> [NewCallback] {
        let id = trigger.callbackID ?? Self.newID(at: now)
        return trigger.targets.enumerated().map { index, target in
            let own = trigger.targets.count == 1 ? id : CallbackPart.id(index + 1, of: id)
            let event = TriggeredEvent(
                company: company, channel: trigger.channel, event: trigger.event,
                variables: trigger.variables, callbackID: own)
            return NewCallback(event, to: CallbackTarget(target))
        }
    }

    /// Returns the callbacks that an earlier request with the same ID created, and whether that
    /// request was identical. Returns no callbacks if there was no such request.
    private func knownCallbacks(
        _ request: JSONValue, _ named: inout NamedProfiles, _ lookup: borrowing TriggerLookup
    ) throws(StorageError) -> (callbacks: [NewCallback], isSame: Bool) {
        guard let id = request.object?["callback_id"]?.string else { return ([], false) }
        let contents = TriggerContents(request)
        let known = try lookup.callbacks(ofTrigger: id)
        guard known.isEmpty else {
            return (known, contents.map { made(known, $0, &named) } ?? false)
        }
        guard let contents else { return ([], false) }
        let former = try queue.formerCallbacks(
            ofTrigger: id, count: contents.targets.count, company: company)
        // Callbacks of version 1.0 with different contents do not conflict, because IDs now differ.
        return made(former, contents, &named) ? (former, true) : ([], false)
    }

    /// Returns whether these are the callbacks of a trigger with these contents.
    private func made(
        _ callbacks: [NewCallback], _ contents: TriggerContents, _ named: inout NamedProfiles
    ) -> Bool {
        guard !callbacks.isEmpty,
            callbacks.map(\.target) == contents.targets.map(CallbackTarget.init)
        else { return false }
        let profile = callbacks[0].profileID.flatMap { try? named.profile($0, at: nil) }
        let variables = JSONValue.object(contents.variables.inOrder)
        return callbacks.allSatisfy { callback in
            let channel = Channel(rawValue: callback.channel) ?? .general
            return contents.names(channel, event: callback.event, own: profile?.channel)
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

/// Finds triggers whose callback IDs are in the log but no longer in the queue.
///
/// The queue deletes finished callbacks after the retention time, and the log can contain imported
/// attempts. The contents of such a callback cannot be compared with the trigger. If the gateway sent
/// it, two callbacks could count as one. If the gateway treated it as a repetition, a new callback
/// could be lost. So the trigger is rejected.
struct PrunedCallbackCheck {
    private struct Name {
        var id: String
        var place: Int?
    }

    private let queue: CallbackQueue
    private let company: String
    /// The IDs that were not looked up yet.
    private var names: [Name] = []
    private var places: [Int?] = []

    init(_ queue: CallbackQueue, company: String) {
        (self.queue, self.company) = (queue, company)
    }

    /// The number of IDs per query. One query for many is much faster than one for each.
    private static let size = 1000
    /// The maximum number of triggers that an error lists.
    private static let shown = 100

    /// Adds the callbacks of a trigger.
    ///
    /// - Parameters:
    ///   - id: The ID in the trigger. If it is nil, the gateway generates IDs, which cannot be in
    ///     the log.
    ///   - place: The position of the trigger in its request, or nil if the request is one trigger.
    mutating func add(
        _ callbacks: [NewCallback], id: String?, at place: Int?
    ) throws(StorageError) {
        guard id != nil else { return }
        names += callbacks.map { Name(id: $0.callbackID, place: place) }
        if names.count >= Self.size { try lookUp() }
    }

    /// - Throws: ``CallbackConflicts`` with the positions of all triggers that were found.
    mutating func finish() throws {
        try lookUp()
        guard places.isEmpty else { throw CallbackConflicts(ofForgottenAt: places) }
    }

    private mutating func lookUp() throws(StorageError) {
        guard !names.isEmpty else { return }
        let limit = Self.shown - places.count
        let forgotten = try queue.forgotten(names.map(\.id), company: company, limit: limit)
        places += names.filter { forgotten.contains(ExactText($0.id)) }.prefix(limit).map(\.place)
        names = []
    }
}

/// The profiles that the triggers of one request name. Each of them is read once.
///
/// A request of a megabyte can name all profiles of its company, and decrypting a megabyte of
/// settings takes some milliseconds, so their total size has a limit.
struct NamedProfiles {
    /// The limit for a request to the API, in bytes of encrypted settings.
    static let limit = 64 << 20

    private let store: ProfileStore
    private let company: String
    private let limit: Int
    private var left: Int
    private var known: [ExactText: ProfileOutline?] = [:]

    init(_ store: ProfileStore, company: String, limit: Int) {
        (self.store, self.company, self.limit, left) = (store, company, limit, limit)
    }

    /// Returns a profile, or `nil` if the company has none with this ID.
    ///
    /// - Parameters:
    ///   - id: The ID of the profile.
    ///   - index: The index of the trigger in the request, or `nil` for a single trigger.
    /// - Throws: ``ProfileFaults`` of this trigger only, if the profile is damaged or exceeds the
    ///   limit, or `StorageError`.
    mutating func profile(_ id: String, at index: Int?) throws -> ProfileOutline? {
        if let outline = known[ExactText(id)] { return outline }
        let path = (index.map { .body / $0 } ?? ProfileFault.Path.body) / "callback_profile"
        do {
            let outline = try store.outline(id, company: company, limit: left)
            left -= outline?.size ?? 0
            known[ExactText(id)] = .some(outline)
            return outline
        } catch let damage as DamagedProfile {
            throw ProfileFaults(faults: [
                .must("be the ID of an undamaged profile; \(damage)", at: path)
            ])
        } catch is OversizedProfile {
            let words =
                "name another profile: the settings of the profiles in one request would have more "
                + "than \(limit) bytes; send it in a request of its own"
            throw ProfileFaults(faults: [.mustNot(words, at: path)])
        }
    }
}
