import JSON

/// How the records of another program describe an attempt.
package struct RecordMapping: Sendable {
    /// The field mappings. If a field has several, the first one with a value counts.
    var sources: [FieldMapping]
    /// Whether the time is the start of the attempt, so that the duration must be added.
    var isTimeOfStart = false
    /// Whether the error text counts only without a status, because otherwise it is the endpoint's
    /// response.
    var isErrorWithoutStatus = false
    /// Whether numbers may be strings, and names may be whole numbers.
    var isLenient = false
    /// The filters that a record must pass to count as a delivery.
    var filters: [RecordFilter] = []
    /// The paths from a response to its records. Several paths are alternatives.
    var paths: [[String]] = []

    /// Whether records contain no company, so that the caller must provide one.
    package var needsCompany: Bool { !sources.contains { $0.field == .company } }
}

/// Selects records by the values at a pointer.
struct RecordFilter: Sendable {
    var pointer: JSONPointer
    /// The values as in ``DecodedValue/plain``, or `nil` for a value that is absent or null.
    var values: Set<String?>
    /// Whether only records with one of the values pass. Otherwise only records without them pass.
    var keepsMatches: Bool

    func passes(_ value: DecodedValue) -> Bool {
        let plain: String? = if case .absent = value { nil } else { value.plain }
        return values.contains(plain) == keepsMatches
    }
}
