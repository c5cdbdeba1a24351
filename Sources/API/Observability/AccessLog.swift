package import CivilTime
package import HTTPServer
import JSON

/// Formats lines of the access log. Each line is a JSON object; all values are escaped.
package enum AccessLog {
    /// - Parameter now: When the request was finished.
    package static func line(_ request: ServedRequest, at now: Instant) -> [UInt8] {
        let (head, answer) = (request.head, request.answer)
        var line = JSONLine()
        line.add("time", now.rfc3339)
        line.add("client", head.client)
        line.add("method", clipped(Substring(head.method)))
        line.add("path", clipped(path(of: head.target)))
        line.add("status", answer?.status)
        line.add("bytes", answer == nil ? nil : request.bytes)
        line.add("duration_ms", rounding: request.duration / .milliseconds(1))
        if let call = answer?.facts.call { line.add("call", call) }
        if let company = answer?.facts.company { line.add("company", company) }
        return line.end()
    }

    /// Returns the target without its query, which can contain secrets.
    private static func path(of target: String) -> Substring {
        var target = target
        let size = target.withUTF8 { $0.firstIndex(of: UInt8(ascii: "?")) ?? $0.count }
        return Substring(target.utf8.prefix(size))
    }

    private static func clipped(_ text: Substring) -> Substring {
        guard text.utf8.count > 300 else { return text }
        return (String(decoding: text.utf8.prefix(300), as: UTF8.self) + "…")[...]
    }
}
