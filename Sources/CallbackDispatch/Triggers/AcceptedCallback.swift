package import Profiles
package import Storage

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
