import HTTPServer
import Profiles

/// The response to a request that is rejected by its headers.
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
    /// Returns the operation of a request, or throws if the request is not allowed.
    func admit(_ head: RequestHead) throws(RequestRejection) -> RoutedRequest {
        let request = try route(head)
        if request.call.needsKey, let fault = databaseFault {
            throw RequestRejection(fault, part: "headers", status: 503, facts: request.facts)
        }
        if request.call.needsKey { try checkKey(head, request) }
        if let refusal = ContentTypeRule.fault(head, request.call) {
            throw RequestRejection(refusal, part: "headers", status: 415, facts: request.facts)
        }
        return request
    }

    private func route(_ head: RequestHead) throws(RequestRejection) -> RoutedRequest {
        guard let target = head.decodedTarget else {
            throw RequestRejection(
                "params must be a path with valid percent-encoding", part: "params", status: 400)
        }
        do throws(RouteError) {
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

    // MARK: API key

    /// A key gives access to its own company only. All other keys get the same response.
    private func checkKey(_ head: RequestHead, _ request: RoutedRequest) throws(RequestRejection) {
        do throws(KeyError) {
            _ = try key(head.header("api-key") ?? "", of: request.company, from: head)
        } catch {
            switch error {
            case .wrong:
                throw RequestRejection(
                    Response(.noKey, headers: [.init("WWW-Authenticate", "api-key")]),
                    facts: .init(call: request.call.rawValue))
            case .tooMany(let seconds):
                throw RequestRejection(
                    "too many requests with an invalid 'api-key'; try again in \(seconds) seconds",
                    part: "headers", status: 429, headers: [.init("Retry-After", "\(seconds)")],
                    facts: .init(call: request.call.rawValue))
            case .failed(let isBusy):
                let answers = FixedAnswers.ofAPI
                throw RequestRejection(isBusy ? answers.busy : answers.failed)
            }
        }
    }
}
