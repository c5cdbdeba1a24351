import DeliveryLog

/// The number of callbacks with one key and about the same duration. Negative in a change.
struct CountEntry: Equatable, BitwiseCopyable {
    /// See ``EndpointNumber``.
    let endpoint: Int64
    /// Channel, kind and latency as one number, for fast comparison.
    private let rest: UInt64
    var count: Int

    /// - Parameters:
    ///   - channel: The label of the channel, below ``channels``.
    ///   - bucket: The bucket of the histogram, or `nil` if the duration is unknown.
    init(endpoint: Int64, channel: Int64, kind: UInt64, bucket: Int?, count: Int) {
        self.endpoint = endpoint
        rest = UInt64(channel) << 24 | kind << 16 | UInt64(bucket.map { $0 + 1 } ?? 0)
        self.count = count
    }

    init(_ key: CountKey, bucket: Int?, count: Int) {
        self.init(
            endpoint: key.endpoint, channel: key.channel, kind: key.kind, bucket: bucket,
            count: count)
    }

    /// The upper bound of label numbers.
    static let channels: UInt64 = 1 << 40

    var channel: Int64 { Int64(rest >> 24) }
    var kind: UInt64 { rest >> 16 & 0xFF }
    var bucket: Int? { rest & 0xFFFF == 0 ? nil : Int(rest & 0xFFFF) - 1 }

    /// The key, or `nil` if the stored kind is not valid.
    var key: CountKey? {
        CountKey.parts(ofKind: kind).map {
            CountKey(endpoint: endpoint, channel: channel, outcome: $0.outcome, reason: $0.reason)
        }
    }

    var outcome: Outcome? { Outcome(rawValue: Int(kind / 16)) }

    /// The order in which entries are stored.
    func precedes(_ other: CountEntry) -> Bool {
        endpoint != other.endpoint ? endpoint < other.endpoint : rest < other.rest
    }

    /// The same order as two numbers, the first one being more significant.
    var sortKeys: (endpoint: UInt64, rest: UInt64) { (UInt64(bitPattern: endpoint), rest) }

    /// Returns whether both entries count the same thing.
    func isSame(as other: CountEntry) -> Bool {
        endpoint == other.endpoint && rest == other.rest
    }

    /// Returns whether both entries have the same key.
    func hasKey(of other: CountEntry) -> Bool {
        endpoint == other.endpoint && rest >> 16 == other.rest >> 16
    }
}
