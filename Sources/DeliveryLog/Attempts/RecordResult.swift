/// The result of recording an attempt.
package enum RecordResult: Hashable, Sendable {
    /// The attempt is new.
    case added
    /// The attempt is a duplicate. Nothing changed.
    case known
    /// The log contained the attempt with other values, which the new record replaced.
    case corrected
    /// The attempt finished before the pruning limit.
    case refused
}
