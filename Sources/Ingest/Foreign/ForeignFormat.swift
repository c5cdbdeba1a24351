/// How another program's records tell an attempt.
struct ForeignFormat: Sendable {
    /// Of two sources of one field, the first that is there counts.
    var sources: [FieldSource]
    /// Whether the time is that of the attempt's start, and its duration is added.
    var isTimeOfStart = false
    /// Whether the error's text is an endpoint's answer where there is a status.
    var isErrorWithoutStatus = false
}
