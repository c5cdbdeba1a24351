/// A stretch of time in which a zone keeps one offset.
struct LocalTimeType {
    var offset: ZoneOffset
    /// First second since the epoch; `Int64.min` when the offset held ever before.
    var start: Int64
    /// First second that is no longer in it; `Int64.max` when the offset holds for ever.
    var end: Int64

    /// When clocks with this offset show a time, given as seconds since 1970 began on them.
    func second(showing local: Int64) -> Int64 { local - Int64(offset.seconds) }

    func contains(_ second: Int64) -> Bool { start <= second && second < end }
}
