import CallbackDispatch
import CivilTime
import DeliveryLog
import Settings
import Storage

extension GatewayStore {
    /// Whether old callbacks may be dropped by a clock; asked before anything is written by it.
    ///
    /// - Parameter isSynchronized: what the kernel says of the clock.
    func mayPrune(
        _ configuration: Configuration, at now: Instant, isSynchronized: Bool
    ) throws -> Bool {
        guard configuration.retention != nil else { return false }
        let reading = ClockReading(
            now: now, isSynchronized: isSynchronized, catchUp: configuration.catchUp)
        return try ClockGuard(log).decide(reading) == .confirmed
    }

    /// Deletes what ended longer ago than the configuration keeps it.
    ///
    /// - Parameter steps: how many transactions it may take.
    /// - Returns: whether all of it is deleted.
    func prune(
        _ configuration: Configuration, at now: Instant, steps: Int = .max
    ) throws -> Bool {
        guard let days = configuration.retention?.days else { return true }
        return try prune(before: now.advanced(seconds: -Int64(days) * 86_400), steps: steps)
    }
}
