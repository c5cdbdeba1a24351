import Glibc

/// The output of a command: results go to `output`, everything else to `errors`.
///
/// A console is not `Sendable`; only one thread may use it.
package final class Console {
    package let output: TextStream
    package let errors: TextStream
    private let columns: () -> Int
    private let canRedraw: Bool
    private var hasTransientLine = false

    /// Creates a console.
    ///
    /// - Parameters:
    ///   - output: The stream for results.
    ///   - errors: The stream for errors, warnings and progress.
    ///   - canRedraw: Whether the terminal can redraw a line, which progress bars need.
    ///   - columns: Returns the current width of the terminal in characters.
    package init(
        output: TextStream, errors: TextStream, canRedraw: Bool = false,
        columns: @escaping () -> Int = { 80 }
    ) {
        self.output = output
        self.errors = errors
        self.canRedraw = canRedraw
        self.columns = columns
    }

    /// Prints a line of the result.
    package func print(_ line: String, as emphasis: Emphasis = .plain) {
        if output.isTerminal { clearTransientLine() }
        output.write(output.style.text(line, as: emphasis) + "\n")
        if output.isTerminal { output.flush() }
    }

    /// Prints a line that is not part of the result, such as an error or a warning.
    package func say(_ line: String, as emphasis: Emphasis = .plain) {
        output.flush()
        clearTransientLine()
        errors.write(errors.style.text(line, as: emphasis) + "\n")
    }

    /// Whether transient lines are visible and would not end up in a file.
    var showsTransientLines: Bool {
        errors.isTerminal && canRedraw
    }

    /// Shows a line on the terminal that replaces the previous transient line.
    ///
    /// The escape codes around it prevent the terminal from wrapping a line that is too wide.
    func showTransientLine(_ line: (_ columns: Int) -> String) {
        guard showsTransientLines else { return }
        errors.write("\r\u{1B}[?7l\(line(columns()))\u{1B}[K\u{1B}[?7h")
        hasTransientLine = true
    }

    func clearTransientLine() {
        guard hasTransientLine else { return }
        errors.write("\r\u{1B}[K")
        hasTransientLine = false
    }

    /// Flushes all output.
    ///
    /// - Parameter status: The status of the command.
    /// - Returns: The status, or `cannotWriteOutput` if output was lost and that is more severe.
    package func finish(_ status: ExitStatus) -> ExitStatus {
        clearTransientLine()
        output.flush()
        errors.flush()
        guard let failure = output.failure else { return status }
        // A reader that closed the pipe, as `head` does, got everything it wanted.
        if failure.code != EPIPE { say("\(failure)") }
        return ExitStatus.mostSevere([status, .cannotWriteOutput])
    }
}

extension Console {
    /// Returns the console of the process. Call it once, before the program opens any file.
    package static func standard(environment: [String: String]) -> Console {
        // Report a closed pipe as an error of write(2) instead of ending the process.
        signal(SIGPIPE, SIG_IGN)
        reserveStandardDescriptors()
        func stream(_ descriptor: Int32, _ place: String, bufferSize: Int) -> TextStream {
            let isTerminal = isatty(descriptor) == 1
            return TextStream(
                isTerminal: isTerminal,
                style: Style(environment: environment, isTerminal: isTerminal),
                bufferSize: bufferSize
            ) { (bytes) throws(OutputError) in
                try Descriptor.write(bytes, to: descriptor, place: place)
            }
        }
        return Console(
            output: stream(STDOUT_FILENO, "standard output", bufferSize: 1 << 16),
            errors: stream(STDERR_FILENO, "standard error", bufferSize: 0),
            canRedraw: Style.understandsCodes(environment),
            columns: { terminalColumns(of: STDERR_FILENO) })
    }

    /// Reserves the descriptors of closed standard streams, so that files opened later do not get
    /// them.
    ///
    /// Each stream is opened in the wrong mode, so that using it still fails.
    private static func reserveStandardDescriptors() {
        for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
            _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    private static func terminalColumns(of descriptor: Int32) -> Int {
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }
}

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
    ///   - isTerminal: Whether the stream is a terminal.
    ///   - style: The text style for the stream.
    ///   - bufferSize: The number of bytes to buffer. The stream is flushed when it reaches this
    ///     size.
    ///   - sink: Writes the bytes.
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
