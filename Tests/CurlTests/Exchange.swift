import Curl

/// A single exchange with small limits: 1000 bytes are read and 10 are kept.
enum Exchange {
    static func options(
        totalTimeout: Int = 15_000, caFile: String? = nil,
        isAllowed: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
    ) -> HTTPOptions {
        HTTPOptions(
            limits: HTTPLimits(
                connectTimeout: 5_000, totalTimeout: totalTimeout, maxResponseSize: 1000,
                maxKeptSize: 10),
            userAgent: "test", caFile: caFile, isAllowed: isAllowed)
    }

    static func run(
        _ request: HTTPRequest, totalTimeout: Int = 15_000, caFile: String? = nil,
        isAllowed: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
    ) throws -> HTTPResult {
        let options = options(totalTimeout: totalTimeout, caFile: caFile, isAllowed: isAllowed)
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
