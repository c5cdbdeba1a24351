import Profiles
import Storage
import StorageErrors

/// Finds triggers whose callbacks the log knows although the queue no longer does.
///
/// The queue forgets a finished callback after the retention time, and the log may have records of
/// another sender. The contents of such a callback cannot be compared with those of a trigger. To
/// send it would count two callbacks as one, and to call it a repetition might drop a new one, so
/// the trigger is refused.
struct ForgottenCallbacks {
    private struct Name {
        var id: String
        var place: Int?
    }

    private let queue: CallbackQueue
    private let company: String
    /// Ids that were not looked up yet.
    private var names: [Name] = []
    private var places: [Int?] = []

    init(_ queue: CallbackQueue, company: String) {
        (self.queue, self.company) = (queue, company)
    }

    /// The number of IDs per query. One query for many is much faster than one for each.
    private static let size = 1000
    /// The maximum number of triggers that an error lists.
    private static let shown = 100

    /// Takes the callbacks of a trigger.
    ///
    /// - Parameters:
    ///   - id: that the caller chose; nil where there is none, so that no callback can have it.
    ///   - place: of the trigger in its request; nil for one that came by itself.
    mutating func add(
        _ callbacks: [NewCallback], id: String?, at place: Int?
    ) throws(StorageError) {
        guard id != nil else { return }
        names += callbacks.map { Name(id: $0.callbackID, place: place) }
        if names.count >= Self.size { try lookUp() }
    }

    /// - Throws: ``CallbackConflicts`` with the places of all triggers that were found.
    mutating func finish() throws {
        try lookUp()
        guard places.isEmpty else { throw CallbackConflicts(ofForgottenAt: places) }
    }

    private mutating func lookUp() throws(StorageError) {
        guard !names.isEmpty else { return }
        let limit = Self.shown - places.count
        let forgotten = try queue.forgotten(names.map(\.id), company: company, limit: limit)
        places += names.filter { forgotten.contains($0.id) }.prefix(limit).map(\.place)
        names = []
    }
}
