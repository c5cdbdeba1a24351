/// Standard output or standard error, in a form that tests can replace.
///
/// After the first failure, the stream keeps the error and drops all later text. Work that has
/// started, such as sending mail, must continue even if its output cannot be written.
/// `Console.finish` reports the error at the end.
package final class TextStream {
    /// Writes all the bytes, or throws.
    package typealias Sink = ([UInt8]) throws(OutputError) -> Void

    package let isTerminal: Bool
    package let style: Style
    /// The first error. Nothing is written after it.
    package private(set) var failure: OutputError?
    private let sink: Sink
    private let bufferSize: Int
    private var buffer: [UInt8] = []

    /// Creates a stream.
    ///
    /// - Parameters:
    ///   - isTerminal: whether the stream is a terminal.
    ///   - style: the text style for the stream.
    ///   - bufferSize: the number of bytes to buffer. The stream is flushed when it reaches this
    ///     size.
    ///   - sink: writes the bytes.
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

    /// Writes the buffered text.
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
