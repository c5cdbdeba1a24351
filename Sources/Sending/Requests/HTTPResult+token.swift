import Curl
import DeliveryLog

extension Verdict {
    /// What it means for a callback that its token could not be fetched.
    init(token result: HTTPResult) {
        let fault = result.fault
        self.init(fault?.reason ?? .other, isWorthRetrying: fault?.canPass ?? true)
    }
}

extension HTTPResult {
    /// The exchange for a token as that of a callback, which was not sent: no status, no content.
    var ofToken: HTTPResult {
        var result = self
        let answer = status.map { "the answer has status \($0) or no token" }
        let words = fault?.message ?? answer ?? "no answer"
        result.fault = HTTPFault(
            kind: fault?.kind ?? .other, message: "the token could not be fetched: \(words)")
        (result.status, result.content, result.headBytes) = (nil, [], [])
        return result
    }
}
