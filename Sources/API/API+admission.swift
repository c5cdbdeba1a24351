import HTTPServer
import Profiles

/// A request that goes no further than its headers.
struct Refused: Error {
    let answer: Answer

    init(_ answer: Answer, facts: Answer.Facts = .init()) {
        var answer = answer
        answer.facts = facts
        self.answer = answer
    }

    init(
        _ text: String, part: String, status: Int, headers: [Answer.Header] = [],
        facts: Answer.Facts = .init()
    ) {
        self.init(
            Answer(.refusal(text, part: part, status: status), headers: headers), facts: facts)
    }
}

extension API {
    /// What the request asks for, when it may.
    func admit(_ head: RequestHead) throws(Refused) -> Order {
        let order = try route(head)
        if order.call.needsKey, let fault = databaseFault {
            throw Refused(fault, part: "headers", status: 503, facts: order.facts)
        }
        if order.call.needsKey { try checkKey(head, order) }
        if let refusal = ContentTypeRule.fault(head, order.call) {
            throw Refused(refusal, part: "headers", status: 415, facts: order.facts)
        }
        return order
    }

    private func route(_ head: RequestHead) throws(Refused) -> Order {
        guard let target = head.decodedTarget else {
            throw Refused("params must be a path with whole escapes", part: "params", status: 400)
        }
        do throws(NoRoute) {
            return try Order(method: head.method, path: target.path, query: target.query)
        } catch {
            switch error {
            case .unknownPath:
                throw Refused("No such resource; see /openapi.json", part: "params", status: 404)
            case .otherMethods(let methods):
                let allowed = methods.joined(separator: ", ")
                throw Refused(
                    "method must be equal to one of the allowed values: \(allowed)",
                    part: "headers", status: 405, headers: [.init("Allow", allowed)])
            }
        }
    }

    // MARK: The key

    /// A key opens its own company's data; anything else is answered alike.
    private func checkKey(_ head: RequestHead, _ order: Order) throws(Refused) {
        do throws(KeyRefusal) {
            _ = try key(head.header("api-key") ?? "", of: order.company, from: head)
        } catch {
            switch error {
            case .wrong:
                throw Refused(
                    Answer(.noKey, headers: [.init("WWW-Authenticate", "api-key")]),
                    facts: .init(call: order.call.rawValue))
            case .tooMany(let seconds):
                throw Refused(
                    "too many attempts with a wrong 'api-key'; try again in \(seconds) seconds",
                    part: "headers", status: 429, headers: [.init("Retry-After", "\(seconds)")],
                    facts: .init(call: order.call.rawValue))
            case .failed: throw Refused(Answer(.failed))
            }
        }
    }
}
