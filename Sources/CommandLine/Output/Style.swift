/// What a text reports, which determines its color on a terminal.
package enum Emphasis: Sendable {
    case plain
    /// Everything is as it should be.
    case success
    /// Something needs attention, or is retried.
    case warning
    /// Something failed.
    case error

    /// The color in ECMA-48; nil for the terminal's own.
    fileprivate var code: Int? {
        switch self {
        case .plain: nil
        case .success: 32
        case .warning: 33
        case .error: 31
        }
    }
}

/// The colors of a stream, with the escape codes of ECMA-48. If the style is off, texts are
/// returned unchanged.
package struct Style: Sendable {
    package let isOn: Bool

    package init(isOn: Bool) {
        self.isOn = isOn
    }

    /// Creates the style of a stream of the process.
    ///
    /// `NO_COLOR` (https://no-color.org) turns color off. Otherwise `CLICOLOR_FORCE` turns it on
    /// everywhere, and `CLICOLOR=0` and `TERM=dumb` turn it off (https://bixense.com/clicolors).
    ///
    /// - Parameter isTerminal: Whether the stream is a terminal.
    package init(environment: [String: String], isTerminal: Bool) {
        if !environment["NO_COLOR", default: ""].isEmpty {
            isOn = false
        } else if !["", "0"].contains(environment["CLICOLOR_FORCE", default: ""]) {
            isOn = true
        } else {
            isOn =
                isTerminal && environment["CLICOLOR"] != "0"
                && Self.understandsCodes(environment)
        }
    }

    /// Whether the terminal understands escape codes.
    static func understandsCodes(_ environment: [String: String]) -> Bool {
        !["", "dumb"].contains(environment["TERM", default: ""])
    }

    /// Returns the text with its color. Each line gets its own codes, so that a pager can show any
    /// part of the text.
    package func text(_ text: String, as emphasis: Emphasis) -> String {
        guard isOn, let code = emphasis.code else { return text }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "\u{1B}[\(code)m\($0)\u{1B}[0m" }
            .joined(separator: "\n")
    }
}
