import Glibc
import HTTPServer
import Profiles

extension API {
    /// Takes triggers over: written together with others, and answered when they are on the disk.
    func accept(_ order: Order, _ body: [UInt8], _ finish: @escaping Finish) {
        let accepted: @Sendable (Result<Envelope, any Error>) -> Void = { [self] result in
            if case .success(let envelope) = result, envelope.isSuccess {
                options.wake()
                if order.waits, waiters.add(order, envelope, finish) { return }
            }
            finish(result.map { Answer($0) })
        }
        let work: @Sendable (Stores) throws -> Envelope = { [self] in
            try envelope(order, body, $0)
        }
        if Self.mayAskTheDNS(body) {
            // A transaction that waited for the DNS would hold up everybody who writes.
            pass(to: lookUps, work, accepted)
        } else {
            pass(to: triggers, work, accepted)
        }
    }

    /// Whether a trigger names URLs itself, whose hosts are looked up: only `callback` has them.
    ///
    /// A name that is written with an escape could be any.
    private static func mayAskTheDNS(_ body: [UInt8]) -> Bool {
        let name = Array("\"callback\"".utf8)
        return body.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            if memchr(start, 0x5C, bytes.count) != nil { return true }
            var place = start
            while let quote = memchr(place, 0x22, bytes.count - (place - start)) {
                place = UnsafeRawPointer(quote)
                guard bytes.count - (place - start) >= name.count else { return false }
                if memcmp(place, name, name.count) == 0 { return true }
                place += 1
            }
            return false
        }
    }
}
