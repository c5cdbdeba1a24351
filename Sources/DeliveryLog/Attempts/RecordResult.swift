/// What recording an attempt did.
package enum RecordResult: Hashable, Sendable {
    /// It is new in the log.
    case added
    /// The log knew it; nothing changed.
    case known
    /// The log had told this attempt differently, and believes the new record.
    case corrected
    /// It finished before the limit up to which the log was pruned.
    case refused
}
