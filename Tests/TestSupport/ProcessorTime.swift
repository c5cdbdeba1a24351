import Glibc

/// Measures how the running time grows with the size of the input, in CPU time.
///
/// It counts the CPU time of the calling thread, so other programs on a busy machine have little
/// influence.
package enum ProcessorTime {
    /// Returns the time for twice the size divided by the time for the size: 2 for a linear
    /// algorithm, 4 for a quadratic one.
    ///
    /// The minimum of several measurements is used, because disturbances only increase the time.
    ///
    /// - Parameters:
    ///   - size: The smaller size, large enough for a few milliseconds.
    ///   - prepare: Creates an input of a size. Its time is not counted.
    package static func growth<Input>(
        from size: Int, _ prepare: (_ size: Int) throws -> Input, _ work: (Input) throws -> Void
    ) rethrows -> Double {
        let (one, two) = (try prepare(size), try prepare(2 * size))
        var (least, leastOfTwo) = (Double.infinity, Double.infinity)
        for round in 1...6 {
            least = min(least, try seconds { try work(one) })
            leastOfTwo = min(leastOfTwo, try seconds { try work(two) })
            // Two linear results are not a coincidence, so stop early.
            if round > 1, leastOfTwo < 2.5 * least { break }
        }
        return leastOfTwo / least
    }

    /// Returns the CPU time of the calling thread for the work.
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
