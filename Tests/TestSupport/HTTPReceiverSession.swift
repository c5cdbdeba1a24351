import Glibc

/// A connection to a scripted HTTP receiver.
final class HTTPReceiverSession {
    private let connection: LoopbackConnection
    private let record: HTTPRecord
    private let script: @Sendable (ReceivedRequest) -> HTTPAction
    private let number: Int

    init(
        _ connection: LoopbackConnection, _ record: HTTPRecord,
        _ script: @escaping @Sendable (ReceivedRequest) -> HTTPAction
    ) {
        self.connection = connection
        self.record = record
        self.script = script
        number = record.newConnection()
    }

    func run() {
        while let request = readRequest() {
            let kept = record.add(request)
            let goesOn = perform(script(kept))
            record.close()
            guard goesOn else { return }
        }
    }

    private func readRequest() -> ReceivedRequest? {
        guard let line = readLine() else { return nil }
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        while let line = readLine(), !line.isEmpty {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[colon...].dropFirst()
            headers[line[..<colon].lowercased()] = String(value.drop { $0 == " " })
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        guard let body = connection.read(length) else { return nil }
        return ReceivedRequest(
            method: words[0], target: words[1], headers: headers,
            body: String(decoding: body, as: UTF8.self), number: 0, connection: number)
    }

    private func readLine() -> String? {
        connection.readLine().map { String(decoding: $0, as: UTF8.self) }
    }

    /// Performs an action of the script. Returns whether the connection continues.
    private func perform(_ action: HTTPAction) -> Bool {
        switch action {
        case .answer(let status, let head, let body):
            return write(Self.answer(status, head, body))
        case .raw(let text): return write(text)
        case .rawAndClose(let text): _ = write(text)
        case .huge(let size):
            return write(Self.answer(200, [], String(repeating: "x", count: size)))
        case .after(let milliseconds, let action):
            usleep(UInt32(milliseconds) * 1000)
            return perform(action)
        case .drip(let milliseconds): drip(milliseconds)
        case .stall: connection.waitForEnd()
        case .halfClose:
            connection.closeOwnHalf()
            connection.waitForEnd()
        case .close: break
        case .reset: connection.resetOnClose()
        }
        return false
    }

    private func write(_ text: String) -> Bool {
        connection.write(text)
    }

    private func drip(_ milliseconds: Int) {
        var isHeard = write("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
        while isHeard {
            usleep(UInt32(milliseconds) * 1000)
            isHeard = write("x")
        }
    }

    private static func answer(_ status: Int, _ head: [String], _ body: String) -> String {
        let lines = ["HTTP/1.1 \(status) X", "Content-Length: \(body.utf8.count)"] + head
        return lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    }
}
