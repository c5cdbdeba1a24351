import HTTPServer
import Profiles

/// A request that goes no further than its headers.
struct RequestRejection: Error {
    let answer: Response

    init(_ answer: Response, facts: Response.Facts = .init()) {
        var answer = answer
        answer.facts = facts
        self.answer = answer
    }

    init(
        _ text: String, part: String, status: Int, headers: [Response.Header] = [],
        facts: Response.Facts = .init()
    ) {
        self.init(
            Response(.refusal(text, part: part, status: status), headers: headers), facts: facts)
    }
}

extension GatewayAPI {
    /// What the request asks for, when it may.
    func admit(_ head: RequestHead) throws(RequestRejection) -> RoutedRequest {
        let order = try route(head)
        if order.call.needsKey, let fault = databaseFault {
            throw RequestRejection(fault, part: "headers", status: 503, facts: order.facts)
        }
        if order.call.needsKey { try checkKey(head, order) }
        if let refusal = ContentTypeRule.fault(head, order.call) {
            throw RequestRejection(refusal, part: "headers", status: 415, facts: order.facts)
        }
        return order
    }

    private func route(_ head: RequestHead) throws(RequestRejection) -> RoutedRequest {
        guard let target = head.decodedTarget else {
            throw RequestRejection(
                "params must be a path with whole escapes", part: "params", status: 400)
        }
        do throws(NoRoute) {
            return try RoutedRequest(method: head.method, path: target.path, query: target.query)
        } catch {
            switch error {
            case .unknownPath:
                throw RequestRejection(
                    "No such resource; see /openapi.json", part: "params", status: 404)
            case .otherMethods(let methods):
                let allowed = methods.joined(separator: ", ")
                throw RequestRejection(
                    "method must be equal to one of the allowed values: \(allowed)",
                    part: "headers", status: 405, headers: [.init("Allow", allowed)])
            }
        }
    }

    // MARK: The key

    /// A key opens its own company's data; anything else is answered alike.
    private func checkKey(_ head: RequestHead, _ order: RoutedRequest) throws(RequestRejection) {
        do throws(KeyRefusal) {
            _ = try key(head.header("api-key") ?? "", of: order.company, from: head)
        } catch {
            switch error {
            case .wrong:
                throw RequestRejection(
                    Response(.noKey, headers: [.init("WWW-Authenticate", "api-key")]),
                    facts: .init(call: order.call.rawValue))
            case .tooMany(let seconds):
                throw RequestRejection(
                    "too many attempts with a wrong 'api-key'; try again in \(seconds) seconds",
                    part: "headers", status: 429, headers: [.init("Retry-After", "\(seconds)")],
                    facts: .init(call: order.call.rawValue))
            case .failed: throw RequestRejection(Response(.failed))
            }
        }
    }
}
