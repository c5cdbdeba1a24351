/// Leaves out the records that have, or do not have, certain values at a place.
struct RecordFilter: Sendable {
    var pointer: JSONPointer
    /// As ``DecodedValue/plain`` has them; nil for a value that is absent or null.
    var values: Set<String?>
    /// Whether only records with one of the values pass, else only those without.
    var keepsMatches: Bool

    func passes(_ value: DecodedValue) -> Bool {
        let plain: String? = if case .absent = value { nil } else { value.plain }
        return values.contains(plain) == keepsMatches
    }
}
