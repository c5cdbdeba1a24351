package import CivilTime
package import Profiles
package import Storage
package import StorageErrors
import TextSupport

/// The validated callbacks of a request. Nothing is written yet.
package struct ValidatedTriggers: Sendable {
    private(set) var callbacks: [NewCallback] = []
    /// For each callback, the index of its trigger in the request, or `nil` for a single trigger.
    private(set) var indexes: [Int?] = []
    /// The triggers with an ID that the caller chose, by that ID.
    private(set) var named: [ExactText: Named] = [:]
    /// What the queue knew about the callbacks, if there are many of them.
    var judgement: Judgement?

    struct Named {
        /// The number of callbacks of the trigger.
        var count: Int
        var index: Int?
    }

    /// The result of comparing the callbacks with the queue.
    struct Judgement {
        /// The state of the queue that the callbacks were compared with.
        var mark: QueueMark?
        /// The indexes of triggers as of ``CallbackQueue/mixedTriggers(_:)``.
        var mixed: [Int?]
        var acceptance: Acceptance

        /// Whether the callbacks will probably be accepted.
        var isAccepted: Bool {
            guard mixed.isEmpty, case .taken(let areNew) = acceptance else { return false }
            return areNew.contains(true)
        }
    }

    /// Adds the callbacks of one trigger.
    ///
    /// - Parameters:
    ///   - callbacks: The callbacks that the trigger creates.
    ///   - index: The index of the trigger in the request, or `nil` for a single trigger.
    ///   - id: The trigger's ID, or `nil` if the caller did not choose one.
    /// - Throws: ``CallbackConflicts`` if an earlier trigger in the request has the same ID and a
    ///   different number of callbacks.
    mutating func add(_ callbacks: [NewCallback], at index: Int?, id: String?) throws {
        self.callbacks += callbacks
        indexes += callbacks.map { _ in index }
        guard let id else { return }
        // With different counts, the callbacks' IDs differ, so no other check would detect the
        // conflict.
        let other = named.updateValue(
            Named(count: callbacks.count, index: index), forKey: ExactText(id))
        if let other, other.count != callbacks.count { throw CallbackConflicts(at: [index]) }
    }
}

extension CallbackQueue {
    /// Accepts all callbacks of a request or none.
    ///
    /// They are on disk when this returns, or when the enclosing transaction commits.
    package func accept(
        _ validated: ValidatedTriggers, now: Instant
    ) throws(StorageError) -> Result<[AcceptedCallback], CallbackConflicts> {
        try transaction { () throws(StorageError) in
            let judgement = try currentJudgement(of: validated)
            guard judgement.mixed.isEmpty else {
                return .failure(CallbackConflicts(at: judgement.mixed))
            }
            try insert(validated.callbacks, judgement.acceptance, now: now)
            switch judgement.acceptance {
            case .taken(let areNew):
                return .success(
                    zip(validated.callbacks, areNew).map {
                        AcceptedCallback(callback: $0, isDuplicate: !$1)
                    })
            case .conflicts(let indices):
                return .failure(CallbackConflicts(at: indices.map { validated.indexes[$0] }))
            }
        }
    }

    /// Compares the callbacks of a long request with the queue, so that ``accept(_:now:)`` need not
    /// do it while nothing else can write.
    func judgement(of validated: ValidatedTriggers) throws(StorageError)
        -> ValidatedTriggers.Judgement?
    {
        guard validated.callbacks.count > 50 else { return nil }
        return try snapshot { () throws(StorageError) in
            try newJudgement(of: validated, mark: try mark())
        }
    }

    private func newJudgement(
        of validated: ValidatedTriggers, mark: QueueMark? = nil
    ) throws(StorageError) -> ValidatedTriggers.Judgement {
        ValidatedTriggers.Judgement(
            mark: mark, mixed: try mixedTriggers(validated),
            acceptance: try judge(validated.callbacks))
    }

    /// Returns the judgement of the request, or a new one if the queue got a callback since that
    /// could change it.
    private func currentJudgement(
        of validated: ValidatedTriggers
    ) throws(StorageError) -> ValidatedTriggers.Judgement {
        guard let judgement = validated.judgement, let company = validated.callbacks.first?.company,
            let added = try added(since: judgement.mark, company: company)
        else { return try newJudgement(of: validated) }
        let isSame = added.allSatisfy { id in
            let trigger = CallbackPart.trigger(of: id)
            return validated.named[ExactText(id)] == nil
                && validated.named[ExactText(trigger)] == nil
        }
        return isSame ? judgement : try newJudgement(of: validated)
    }

    /// Returns the indexes of triggers whose ID was used, after validation, for a different number
    /// of callbacks. The IDs of such callbacks differ, so they do not conflict by themselves.
    private func mixedTriggers(_ validated: ValidatedTriggers) throws(StorageError) -> [Int?] {
        guard let company = validated.callbacks.first?.company else { return [] }
        var indexes: [Int?] = []
        let lookup = try TriggerLookup(self, company: company)
        for (id, trigger) in validated.named {
            let known = try lookup.callbacks(ofTrigger: id.text)
            if !known.isEmpty, known.count != trigger.count { indexes.append(trigger.index) }
        }
        return indexes.sorted { $0 ?? 0 < $1 ?? 0 }
    }
}

/// A callback that was accepted by this request or an earlier one.
///
/// It has no variables, because requests may keep many of these while they wait.
package struct AcceptedCallback: Hashable, Sendable {
    package let callbackID: String
    package let target: CallbackTarget
    package let channel: String
    package let event: String?
    /// Whether an identical callback was accepted earlier, so that nothing changed.
    package let isDuplicate: Bool

    package init(callback: NewCallback, isDuplicate: Bool) {
        (callbackID, target) = (callback.callbackID, callback.target)
        (channel, event) = (callback.channel, callback.event)
        self.isDuplicate = isDuplicate
    }
}

/// Triggers whose IDs belong to earlier triggers with different contents.
package struct CallbackConflicts: Error, Hashable, Sendable {
    package let faults: ProfileFaults

    /// - Parameter indexes: The index of each conflicting trigger in the request, without gaps
    ///   between equal ones. `nil` if the request is a single trigger.
    init(at indexes: [Int?]) {
        self.init(at: indexes, "belong to an earlier callback with different contents")
    }

    /// Does the same for IDs that only the log knows.
    init(ofForgottenAt indexes: [Int?]) {
        self.init(at: indexes, "belong to an earlier callback whose contents are no longer kept")
    }

    private init(at indexes: [Int?], _ rule: String) {
        let paths = indexes.reduce(into: [ProfileFault.Path]()) { paths, index in
            let path = (index.map { .body / $0 } ?? ProfileFault.Path.body) / "callback_id"
            if paths.last != path { paths.append(path) }
        }
        faults = ProfileFaults(
            faults: paths.map {
                .mustNot(rule, at: $0)
            })
    }

    init(_ faults: ProfileFaults) {
        self.faults = faults
    }
}

/// Collects the faults and conflicts of the triggers in one request.
struct TriggerProblems {
    private var faults: ProfileFaults?
    private var conflicts: ProfileFaults?

    var isEmpty: Bool { faults == nil && conflicts == nil }

    /// Runs `body`, collects its faults and conflicts, and rethrows any other error.
    mutating func collect(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as ProfileFaults {
            faults = Self.adding(error, to: faults)
        } catch let error as CallbackConflicts {
            conflicts = Self.adding(error.faults, to: conflicts)
        }
    }

    /// Throws the collected problems. Faults take precedence over conflicts.
    func throwCollected() throws {
        if let faults { throw faults }
        if let conflicts { throw CallbackConflicts(conflicts) }
    }

    private static func adding(_ new: ProfileFaults, to old: ProfileFaults?) -> ProfileFaults {
        guard var all = old else { return new }
        all.add(new)
        return all
    }
}
