/// A stretch of time in which a zone keeps one offset.
struct ZoneSpan {
    var offset: ZoneOffset
    /// First second since the epoch; `Int64.min` when the offset held ever before.
    var start: Int64
    /// First second that is no longer in it; `Int64.max` when the offset holds for ever.
    var end: Int64

    func contains(_ second: Int64) -> Bool { start <= second && second < end }
}
