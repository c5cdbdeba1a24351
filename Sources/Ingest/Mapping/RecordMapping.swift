/// How another program's records tell an attempt.
package struct RecordMapping: Sendable {
    /// Of two sources of one field, the first that is there counts.
    var sources: [FieldMapping]
    /// Whether the time is that of the attempt's start, and its duration is added.
    var isTimeOfStart = false
    /// Whether the error's text is an endpoint's answer where there is a status.
    var isErrorWithoutStatus = false
    /// Whether numbers may be text, and names whole numbers.
    var isLenient = false
    /// Which records tell of a delivery; all must let a record pass.
    var filters: [RecordFilter] = []
    /// The names that lead from an answer to its records; several are alternatives.
    var ways: [[String]] = []

    /// Whether its records name no company, so that all must be one's.
    package var needsCompany: Bool { !sources.contains { $0.field == .company } }
}
