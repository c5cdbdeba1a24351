/// A time range in which a zone has a constant offset.
struct LocalTimeType {
    var offset: ZoneOffset
    /// The first second since the epoch, or `Int64.min` if the range has no beginning.
    var start: Int64
    /// The first second after the range, or `Int64.max` if the range has no end.
    var end: Int64

    /// Returns when clocks with this offset show a local time, given in seconds since
    /// 1970-01-01T00:00:00 local time.
    func second(showing local: Int64) -> Int64 { local - Int64(offset.seconds) }

    func contains(_ second: Int64) -> Bool { start <= second && second < end }
}
