import JSON

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
