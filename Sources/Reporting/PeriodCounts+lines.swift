import DeliveryLog

extension PeriodCounts {
    /// Returns the lines by endpoint, sorted by failed callbacks, then delivered callbacks, then
    /// name.
    ///
    /// - Parameter titles: Titles by endpoint ID. They take precedence over the titles in the log.
    func endpointLines(titles: [String: String]) -> [EndpointLine] {
        let groups = Dictionary(grouping: lines, by: \.endpoint)
        let unordered = groups.map { endpoint, group in
            EndpointLine(
                endpoint: endpoint, title: titles.title(of: endpoint) ?? group.first?.title,
                tally: Tally(of: group))
        }
        return unordered.map { (line: $0, name: $0.name) }.sorted {
            Tally.comesFirst($0.line.tally, $0.name, before: $1.line.tally, $1.name)
        }.map(\.line)
    }

    var channelLines: [ChannelLine] {
        let groups = Dictionary(grouping: lines, by: \.channel)
        let unordered = groups.map { ChannelLine(channel: $0, tally: Tally(of: $1)) }
        return unordered.sorted {
            Tally.comesFirst($0.tally, $0.channel ?? "", before: $1.tally, $1.channel ?? "")
        }
    }

    /// The failed callbacks by reason, most frequent first, then by name.
    var reasonLines: [ReasonLine] {
        var counts: [Reason: Int] = [:]
        for line in lines where line.outcome == .failed {
            counts[line.reason ?? .other, default: 0] += line.count
        }
        return counts.map { ReasonLine(reason: $0, count: $1) }
            .sorted { (-$0.count, $0.reason.name) < (-$1.count, $1.reason.name) }
    }
}

extension Tally {
    fileprivate init(of lines: [PeriodCounts.Line]) {
        self.init()
        for line in lines { self[line.outcome] += line.count }
    }

    fileprivate static func comesFirst(
        _ left: Tally, _ leftName: String, before right: Tally, _ rightName: String
    ) -> Bool {
        (-left.failed, -left.delivered, leftName) < (-right.failed, -right.delivered, rightName)
    }
}

extension EndpointLine {
    /// The sort key. It includes the ID because two endpoints may have the same title.
    fileprivate var name: String { "\(title ?? endpoint.id ?? "")\u{0}\(endpoint.id ?? "")" }
}

extension [String: String] {
    /// Returns the title of an endpoint by its ID.
    func title(of endpoint: Endpoint) -> String? { endpoint.id.flatMap { self[$0] } }
}

extension Histogram {
    var summary: Latency? {
        guard let p50 = percentile(50), let p95 = percentile(95), let p99 = percentile(99) else {
            return nil
        }
        return Latency(p50: p50, p95: p95, p99: p99)
    }
}
