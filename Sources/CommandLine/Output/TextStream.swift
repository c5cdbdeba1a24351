/// Standard output or standard error, as a value that a test can stand in for.
///
/// A failure is kept and all later text dropped: work that was begun, such as mailing, goes on
/// when nobody reads what it prints. `Console.finish` tells of it at the end.
package final class TextStream {
    /// Takes bytes to where they go, all of them or none.
    package typealias Sink = ([UInt8]) throws(OutputError) -> Void

    package let isTerminal: Bool
    package let style: Style
    /// The first error, after which nothing is written any more.
    package private(set) var failure: OutputError?
    private let sink: Sink
    private let bufferSize: Int
    private var buffer: [UInt8] = []

    /// Text is held back until `bufferSize` bytes are there, or until `flush`.
    package init(
        isTerminal: Bool, style: Style = Style(isOn: false), bufferSize: Int = 0,
        sink: @escaping Sink
    ) {
        self.isTerminal = isTerminal
        self.style = style
        self.bufferSize = bufferSize
        self.sink = sink
    }

    package func write(_ text: String) {
        write(bytes: text.utf8)
    }

    package func write(bytes: some Sequence<UInt8>) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= bufferSize { flush() }
    }

    /// Writes out what was held back.
    package func flush() {
        defer { buffer.removeAll(keepingCapacity: true) }
        guard !buffer.isEmpty, failure == nil else { return }
        do {
            try sink(buffer)
        } catch {
            failure = error
        }
    }
}
