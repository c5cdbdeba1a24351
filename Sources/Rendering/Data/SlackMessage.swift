import JSON

/// A message for an incoming webhook of Slack: a header, sections and context in Block Kit.
///
/// Slack rejects a message if one text is too long or if there are too many blocks, so that longer
/// texts are cut here. See https://docs.slack.dev/reference/block-kit/blocks.
struct SlackMessage {
    private let title: String
    private var blocks: [JSONValue]

    /// The limits that Slack documents, in characters.
    private static let (headerLimit, sectionLimit, fieldLimit) = (150, 3_000, 2_000)
    private static let (fieldsLimit, blocksLimit) = (10, 50)

    /// Creates a message. Notifications show only its title.
    init(title: String) {
        self.title = SlackText(title, limit: Self.sectionLimit).text
        let header = SlackText(title, limit: Self.headerLimit).text
        let value: JSONValue = .object([
            "type": "plain_text", "text": .string(header), "emoji": .boolean(false),
        ])
        blocks = [.object(["type": "header", "text": value])]
    }

    /// Adds lines, and pairs of a label and a text in two columns.
    mutating func add(_ lines: [SlackText], fields: [(label: String, text: String)] = []) {
        let text = SlackText(lines: lines, limit: Self.sectionLimit).text
        // A section needs a text or fields.
        guard !text.isEmpty || !fields.isEmpty else { return }
        var section: JSONObject = ["type": "section"]
        if !text.isEmpty { section["text"] = Self.value(text) }
        if !fields.isEmpty {
            section["fields"] = .array(fields.prefix(Self.fieldsLimit).map(Self.value))
        }
        append(.object(section))
    }

    /// Adds a line in small type.
    mutating func add(context text: String) {
        let value = Self.value(SlackText(text, limit: Self.fieldLimit).text)
        append(.object(["type": "context", "elements": .array([value])]))
    }

    private static func value(_ field: (label: String, text: String)) -> JSONValue {
        let lines = [SlackText(bold: field.label), SlackText(field.text, limit: 1_500)]
        return value(SlackText(lines: lines, limit: fieldLimit).text)
    }

    private mutating func append(_ block: JSONValue) {
        if blocks.count < Self.blocksLimit { blocks.append(block) }
    }

    /// Returns a text in Slack's markup. Names, addresses and mentions in it stay plain text.
    private static func value(_ text: String) -> JSONValue {
        .object(["type": "mrkdwn", "text": .string(text), "verbatim": .boolean(true)])
    }

    /// The JSON to send. `text` is what notifications show.
    var json: String {
        JSONValue.object(["text": .string(title), "blocks": .array(blocks)]).text() + "\n"
    }
}

/// A text in Slack's markup, in which no part of the original text is markup.
struct SlackText {
    let text: String

    /// Escapes a text and cuts it to a number of UTF-16 units.
    ///
    /// See https://docs.slack.dev/messaging/formatting-message-text#escaping.
    init(_ text: String, limit: Int = 400) {
        var result = ""
        var count = 0
        for character in text {
            let escaped = Self.escaped(character)
            // One unit is left for the ellipsis.
            guard count + escaped.utf16.count < limit else {
                self.text = result + "…"
                return
            }
            result += escaped
            count += escaped.utf16.count
        }
        self.text = result
    }

    init(bold text: String) {
        // An asterisk would end the bold text.
        let plain = text.filter { $0 != "*" && !$0.isNewline }
        self.text = plain.isEmpty ? "" : "*\(SlackText(plain).text)*"
    }

    /// A link to a URL of the configuration.
    init(link url: String, _ words: String) {
        text = "<\(SlackText(url, limit: 1_000).text)|\(SlackText(words).text)>"
    }

    /// Commands in a fixed-width font.
    init(code lines: [String]) {
        text =
            lines.isEmpty
            ? "" : "```\(SlackText(lines.joined(separator: "\n"), limit: 1_500).text)```"
    }

    /// Joins lines, as many as fit in the limit.
    init(lines: [SlackText], limit: Int) {
        var result = ""
        for line in lines where !line.text.isEmpty {
            let next = result.isEmpty ? line.text : "\(result)\n\(line.text)"
            guard next.utf16.count <= limit - 2 else {
                text = result + "\n…"
                return
            }
            result = next
        }
        text = result
    }

    private init(raw text: String) {
        self.text = text
    }

    static func + (left: SlackText, right: SlackText) -> SlackText {
        SlackText(raw: left.text + right.text)
    }

    private static func escaped(_ character: Character) -> String {
        // A combining mark belongs to the character before it, so that scalars are compared.
        character.unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            // A grave accent would begin or end code. This one looks the same.
            case "`": "\u{2CB}"
            default: String(scalar)
            }
        }.joined()
    }
}
