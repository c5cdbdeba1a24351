import Curl

/// A single exchange with small limits: 1000 bytes are read and 10 are kept.
enum Exchange {
    static func options(
        whole: Int = 15_000, authorities: String? = nil,
        judge: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
    ) -> HTTPOptions {
        HTTPOptions(
            limits: HTTPLimits(connect: 5_000, whole: whole, read: 1000, kept: 10),
            userAgent: "test", authorities: authorities, judge: judge)
    }

    static func run(
        _ request: HTTPRequest, whole: Int = 15_000, authorities: String? = nil,
        judge: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
    ) throws -> HTTPResult {
        let options = options(whole: whole, authorities: authorities, judge: judge)
        var transfers = try HTTPTransfers(options, connections: 4)
        return try run(request, on: &transfers)
    }

    static func run(
        _ request: HTTPRequest, on transfers: inout HTTPTransfers
    ) throws -> HTTPResult {
        try transfers.start(request, tag: 1)
        while true {
            if let ended = transfers.poll(milliseconds: 1_000).first { return ended.result }
        }
    }
}
