package import CivilTime
package import HTTPServer
import JSON

/// A line of the access log: one JSON object, in which nothing of a request stands unescaped.
package enum AccessLog {
    /// - Parameter now: when the request was over.
    package static func line(_ request: ServedRequest, at now: Instant) -> [UInt8] {
        let (head, answer) = (request.head, request.answer)
        var line = JSONLine()
        line.add("time", .string(now.rfc3339))
        line.add("client", .string(head.client))
        line.add("method", .string(clipped(head.method)))
        line.add("path", .string(clipped(path(of: head.target))))
        line.add("status", JSONValue(answer?.status))
        line.add("bytes", JSONValue(answer?.body.count))
        line.add("duration_ms", .rounded(request.duration / .milliseconds(1)))
        if let call = answer?.facts.call { line.add("call", .string(call)) }
        if let company = answer?.facts.company { line.add("company", .string(company)) }
        return line.end()
    }

    /// Without its query, in which anything may stand.
    private static func path(of target: String) -> String {
        target.utf8.firstIndex(of: 0x3F).map { String(target[..<$0]) } ?? target
    }

    private static func clipped(_ text: String) -> String {
        text.utf8.count <= 300 ? text : String(decoding: text.utf8.prefix(300), as: UTF8.self) + "…"
    }
}
