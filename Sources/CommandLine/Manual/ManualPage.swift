/// A manual page of a program, in the macros of man(7).
///
/// It has the same contents as the help of all commands. See man(7) and man-pages(7).
struct ManualPage {
    private let program: Program
    private let version: String

    init(of program: Program, version: String) {
        self.program = program
        self.version = version
    }

    /// The page as text for troff(1).
    var text: String {
        let name = program.name
        return
            ([
                ".TH \"\(name.uppercased())\" 1 \"\" \"\(name) \(version)\" \"User Commands\"",
                ".SH NAME", "\(Roff.text(name)) \\- \(Roff.text(Self.phrase(program.summary)))",
                ".SH SYNOPSIS", ".B \(Roff.text(name))", ".I COMMAND", "[\\fIOPTIONS\\fR]",
                ".SH OPTIONS",
            ] + options(program.optionsEverywhere)
            + [".SH COMMANDS"] + program.allCommands.flatMap(section)
            + [".SH EXIT STATUS"] + statuses).joined(separator: "\n") + "\n"
    }

    private var statuses: [String] {
        ExitStatus.allCases.sorted { $0.rawValue < $1.rawValue }
            .flatMap { [".TP", ".B \($0.rawValue)", Roff.text($0.meaning)] }
    }

    /// The part after the dash starts with a small letter and has no full stop.
    private static func phrase(_ sentence: String) -> String {
        let bare = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return bare.prefix(1).lowercased() + bare.dropFirst()
    }

    private func section(of command: CommandDescription) -> [String] {
        [".SS \"\(Roff.text("\(program.name) \(command.name)"))\"", Roff.text(command.summary)]
            + synopsis(of: command)
            + command.discussion.flatMap { [".PP", Roff.text($0)] }
            + command.operands.flatMap { [".TP", ".I \(Roff.text($0.name))", Roff.text($0.help)] }
            + options(command.options) + examples(command.examples)
    }

    private func synopsis(of command: CommandDescription) -> [String] {
        let options = command.options.map { option in
            let form = Self.form(option)
            return (option.isRequired ? form : "[\(form)]") + (option.isRepeatable ? "..." : "")
        }
        let words = options + command.operands.map { "\\fI\(Roff.text($0.form))\\fR" }
        guard !words.isEmpty else { return [] }
        let start = "\\fB\(Roff.text("\(program.name) \(command.name)"))\\fR"
        return [".PP", start] + words
    }

    private func options(_ options: [OptionDescription]) -> [String] {
        options.flatMap { option in
            let values =
                option.allowedValues.isEmpty
                ? "" : " One of \(Wording.choice(option.allowedValues))."
            let form =
                option.name == "help" ? "\\fB\\-h\\fR, " + Self.form(option) : Self.form(option)
            return [".TP", form, Roff.text(option.help + values)]
        }
    }

    private static func form(_ option: OptionDescription) -> String {
        "\\fB\(Roff.text("--\(option.name)"))\\fR"
            + (option.valueName.map { " \\fI\(Roff.text($0))\\fR" } ?? "")
    }

    private func examples(_ examples: [CommandDescription.Example]) -> [String] {
        examples.flatMap { example in
            [".PP", Roff.text(Self.sentence(example.meaning)) + ":"]
                + [".PP", ".RS 4", ".EX", Roff.text(example.line), ".EE", ".RE"]
        }
    }

    private static func sentence(_ phrase: String) -> String {
        phrase.prefix(1).uppercased() + phrase.dropFirst()
    }
}

/// Text in the notation of troff(1).
private enum Roff {
    /// Returns a line of text with the characters escaped that troff(1) gives a meaning.
    ///
    /// A hyphen is escaped, so that it stays a hyphen when it is copied from the page.
    static func text(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\e"
            case "-": escaped += "\\-"
            case "~": escaped += "\\(ti"
            case "^": escaped += "\\(ha"
            case "`": escaped += "\\(ga"
            case "'": escaped += "\\(aq"
            case "\"": escaped += "\\(dq"
            case "\n": escaped += "\n"
            default: escaped.append(character)
            }
        }
        // A line that begins with a period would be a request.
        return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
    }
}

extension Program {
    /// Returns the manual page of the program for man(1).
    ///
    /// - Parameter version: The version number, which the foot of the page names.
    package func manualPage(version: String) -> String {
        ManualPage(of: self, version: version).text
    }
}

extension ExitStatus {
    fileprivate var meaning: String {
        switch self {
        case .success: "Success."
        case .temporaryFailure:
            "A temporary failure. The next run or dispatch retries; repeat other commands yourself."
        case .badData: "Invalid input data, or a difference that verify found."
        case .refused: "A mail server or an endpoint rejected a request permanently."
        case .noInput: "An input file is missing or unreadable."
        case .cannotWriteOutput: "Output could not be written."
        case .ioError: "An I/O or database error."
        case .badConfiguration: "An invalid configuration."
        case .usage: "Incorrect usage."
        case .internalError: "An internal error."
        }
    }
}
