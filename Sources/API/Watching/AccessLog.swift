package import CivilTime
package import HTTPServer
import JSON

/// A line of the access log: one JSON object, in which nothing of a request stands unescaped.
package enum AccessLog {
    /// - Parameter now: when the request was over.
    package static func line(_ request: ServedRequest, at now: Instant) -> String {
        let (head, answer) = (request.head, request.answer)
        var line: JSONObject = [
            "time": .string(now.rfc3339), "client": .string(head.client),
            "method": .string(clipped(head.method)),
            // Without its query, in which anything may stand.
            "path": .string(
                clipped(String(decoding: head.target.utf8.prefix { $0 != 0x3F }, as: UTF8.self))),
            "status": JSONValue(answer?.status), "bytes": JSONValue(answer?.body.count),
            "duration_ms": .rounded(request.duration / .milliseconds(1)),
        ]
        line["call"] = answer?.facts["call"].map { .string($0) }
        line["company"] = answer?.facts["company"].map { .string($0) }
        return JSONValue.object(line).compact
    }

    private static func clipped(_ text: String) -> String {
        text.utf8.count <= 300 ? text : String(decoding: text.utf8.prefix(300), as: UTF8.self) + "…"
    }
}
