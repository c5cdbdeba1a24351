package import CivilTime
import Profiles
package import SQLite

/// What a request asks for, read and judged; nothing of it is written yet.
package struct JudgedTriggers: Sendable {
    private(set) var callbacks: [NewCallback] = []
    /// For each callback the place of its trigger in the request; nil for one that came by itself.
    private(set) var places: [Int?] = []
    /// The triggers whose ids the caller chose, by their ids.
    private(set) var named: [String: Named] = [:]

    struct Named {
        /// How many callbacks it has.
        var count: Int
        var place: Int?
    }

    /// Adds the callbacks of one trigger.
    ///
    /// - Parameter id: of the trigger; nil when the caller chose none.
    /// - Throws: when an earlier trigger of the request has the id, and another number of callbacks.
    mutating func add(_ callbacks: [NewCallback], at place: Int?, id: String?) throws {
        self.callbacks += callbacks
        places += callbacks.map { _ in place }
        guard let id else { return }
        // Triggers of so many callbacks each have no id in common that would show it.
        let other = named.updateValue(Named(count: callbacks.count, place: place), forKey: id)
        if let other, other.count != callbacks.count { throw CallbackConflicts(at: [place]) }
    }
}

extension CallbackQueue {
    /// Takes callbacks over: they are on the disk when it returns, or when the transaction is
    /// committed in which it is called. All of them are, or none.
    package func accept(
        _ judged: JudgedTriggers, now: Instant
    ) throws(DatabaseError) -> Result<[AcceptedCallback], CallbackConflicts> {
        try database.transaction { () throws(DatabaseError) in
            let mixed = try mixedTriggers(judged)
            guard mixed.isEmpty else { return .failure(CallbackConflicts(at: mixed)) }
            switch try accept(judged.callbacks, now: now) {
            case .taken(let areNew):
                return .success(
                    zip(judged.callbacks, areNew).map {
                        AcceptedCallback(callback: $0, isDuplicate: !$1)
                    })
            case .conflicts(let indices):
                return .failure(CallbackConflicts(at: indices.map { judged.places[$0] }))
            }
        }
    }

    /// The places of triggers whose id was used, since they were judged, for another number of
    /// callbacks: such callbacks have other ids, which are not in conflict by themselves.
    private func mixedTriggers(_ judged: JudgedTriggers) throws(DatabaseError) -> [Int?] {
        guard let company = judged.callbacks.first?.company else { return [] }
        var places: [Int?] = []
        for (id, trigger) in judged.named {
            let known = try callbacks(ofTrigger: id, company: company)
            if !known.isEmpty, known.count != trigger.count { places.append(trigger.place) }
        }
        return places.sorted { $0 ?? 0 < $1 ?? 0 }
    }
}
