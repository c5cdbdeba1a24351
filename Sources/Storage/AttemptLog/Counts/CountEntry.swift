import DeliveryLog

/// How many callbacks have one key and took about equally long; negative in a change.
struct CountEntry: Equatable, BitwiseCopyable {
    /// See ``EndpointNumber``.
    let endpoint: Int64
    /// Channel, kind and latency as one number, to be compared at once.
    private let rest: UInt64
    var count: Int

    /// - Parameters:
    ///   - channel: below ``channels``.
    ///   - bucket: of the histogram; nil where nothing is known of the time that was taken.
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

    /// So many labels there may be.
    static let channels: UInt64 = 1 << 40

    var channel: Int64 { Int64(rest >> 24) }
    var kind: UInt64 { rest >> 16 & 0xFF }
    var bucket: Int? { rest & 0xFFFF == 0 ? nil : Int(rest & 0xFFFF) - 1 }

    /// Nil where the stored number of outcome and reason is none.
    var key: CountKey? {
        CountKey.parts(ofKind: kind).map {
            CountKey(endpoint: endpoint, channel: channel, outcome: $0.outcome, reason: $0.reason)
        }
    }

    var outcome: Outcome? { Outcome(rawValue: Int(kind / 16)) }

    /// The order in which entries are kept.
    func precedes(_ other: CountEntry) -> Bool {
        endpoint != other.endpoint ? endpoint < other.endpoint : rest < other.rest
    }

    /// The same order, as two numbers of which the first counts more.
    var sortKeys: (endpoint: UInt64, rest: UInt64) { (UInt64(bitPattern: endpoint), rest) }

    /// Whether both count the same thing.
    func isSame(as other: CountEntry) -> Bool {
        endpoint == other.endpoint && rest == other.rest
    }

    /// Whether both have the same key.
    func hasKey(of other: CountEntry) -> Bool {
        endpoint == other.endpoint && rest >> 16 == other.rest >> 16
    }
}
