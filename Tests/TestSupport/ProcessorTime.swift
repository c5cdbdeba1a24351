import Glibc

/// How much longer work on twice as much takes, in time of the processor and not of the clock.
///
/// The time of the calling thread is counted, so that other programs on a busy machine matter little.
package enum ProcessorTime {
    /// The time of twice the work divided by the time of it: 2 for a linear algorithm, 4 for a
    /// quadratic one.
    ///
    /// The least of several measurements counts, because disturbances only add to a time.
    ///
    /// - Parameters:
    ///   - size: of the smaller work, large enough for some milliseconds.
    ///   - prepare: makes an input of a size; its time is not counted.
    package static func growth<Input>(
        from size: Int, _ prepare: (_ size: Int) throws -> Input, _ work: (Input) throws -> Void
    ) rethrows -> Double {
        let (one, two) = (try prepare(size), try prepare(2 * size))
        var (least, leastOfTwo) = (Double.infinity, Double.infinity)
        for round in 1...6 {
            least = min(least, try seconds { try work(one) })
            leastOfTwo = min(leastOfTwo, try seconds { try work(two) })
            // What looks linear twice is not disturbed.
            if round > 1, leastOfTwo < 2.5 * least { break }
        }
        return leastOfTwo / least
    }

    /// The time that the calling thread spends on the work.
    package static func seconds(_ work: () throws -> Void) rethrows -> Double {
        let start = now()
        try work()
        return now() - start
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
