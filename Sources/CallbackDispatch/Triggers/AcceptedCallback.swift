package import Profiles

/// A callback that was accepted, now or by an earlier request.
package struct AcceptedCallback: Hashable, Sendable {
    package let callback: NewCallback
    /// Whether an earlier request was the same: then nothing has changed.
    package let isDuplicate: Bool
}

/// Triggers whose ids belong to earlier ones with other contents.
package struct CallbackConflicts: Error, Hashable, Sendable {
    package let faults: ProfileFaults

    /// - Parameter places: of the triggers in their request, each once; nil for one that came
    ///   by itself.
    init(at places: [Int?]) {
        let paths = places.reduce(into: [ProfileFault.Path]()) { paths, place in
            let path = (place.map { .body / $0 } ?? ProfileFault.Path.body) / "callback_id"
            if paths.last != path { paths.append(path) }
        }
        faults = ProfileFaults(
            faults: paths.map {
                .mustNot("be that of an earlier callback with other contents", at: $0)
            })
    }

    init(_ faults: ProfileFaults) {
        self.faults = faults
    }

    package var envelope: Envelope {
        Envelope(faults, status: 409, code: Envelope.conflictCode)
    }
}

/// A WhatsApp message came in for a number that is bound to no profile.
package struct UnboundNumber: Error {
    let number: String

    var envelope: Envelope {
        Envelope(
            failure: "No profile is bound to this number", part: "params",
            "No profile is bound to the number: \(number)", status: 404)
    }
}

/// What is wrong with the triggers of one request.
struct TriggerProblems {
    private var faults: ProfileFaults?
    private var conflicts: ProfileFaults?

    var isEmpty: Bool { faults == nil && conflicts == nil }

    /// Keeps what is wrong with one of them, and passes on what else goes wrong.
    mutating func collect(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as ProfileFaults {
            faults = Self.adding(error, to: faults)
        } catch let error as CallbackConflicts {
            conflicts = Self.adding(error.faults, to: conflicts)
        }
    }

    /// Throws all of it; a request with a fault is faulty, whatever its ids.
    func throwThem() throws {
        if let faults { throw faults }
        if let conflicts { throw CallbackConflicts(conflicts) }
    }

    private static func adding(_ new: ProfileFaults, to old: ProfileFaults?) -> ProfileFaults {
        guard var all = old else { return new }
        all.add(new)
        return all
    }
}
