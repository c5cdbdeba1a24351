/// What a shell can insert for the word at the cursor.
package struct Completion: Sendable, Equatable {
    /// A word that the shell can insert.
    package struct Candidate: Sendable, Equatable {
        package let text: String
        /// A few words that zsh and fish print beside the candidate. May be empty.
        package let meaning: String

        package init(_ text: String, _ meaning: String = "") {
            self.text = text
            self.meaning = meaning
        }
    }

    /// File names, which the shell completes itself.
    package enum Files: Sendable, Equatable {
        case none
        case directories
        /// Files with one of these extensions, or all files if there are no extensions.
        case files(extensions: [String])
    }

    /// The start of the word. All candidates begin with it.
    package let word: String
    package private(set) var candidates: [Candidate] = []
    package private(set) var files = Files.none
    /// The name of the option or operand whose values only the program knows, such as `company`.
    package private(set) var unknownValue: String?

    init(_ word: String, _ candidates: [Candidate] = [], files: Files = .none) {
        self.word = word
        self.files = files
        add(candidates)
    }

    init(_ word: String, valueOf name: String) {
        self.word = word
        unknownValue = name
    }

    /// Adds the candidates that begin with the word.
    package mutating func add(_ more: [Candidate]) {
        candidates += more.filter { $0.text.hasPrefix(word) }
    }

    /// The lines that the scripts of the shells read.
    ///
    /// The first line says what to do with file names: `none`, `directories`, or `files` with their
    /// extensions. Each other line is a candidate, a tab and its meaning.
    package var lines: String {
        let first =
            switch files {
            case .none: "none"
            case .directories: "directories"
            case .files(let extensions): (["files"] + extensions).joined(separator: " ")
            }
        let rest = candidates.map {
            "\($0.text.withVisibleControls)\t\($0.meaning.withVisibleControls)"
        }
        return ([first] + rest).map { $0 + "\n" }.joined()
    }
}

extension Program {
    /// Returns what can be inserted for the last word of an incomplete command line.
    ///
    /// - Parameter words: The words after the program name, up to the cursor. The last one is the
    ///   word at the cursor, which may be empty.
    /// - Returns: The completion, and the arguments before it.
    package func completion(
        of words: [String]
    ) -> (completion: Completion, arguments: Arguments) {
        var line = CompletionLine(of: self)
        let words = Self.joiningAssignments(words)
        for word in words.dropLast() { line.take(word) }
        return (line.completion(of: words.last ?? ""), line.arguments)
    }

    /// Joins `--option`, `=` and the value, which bash passes as three words.
    private static func joiningAssignments(_ words: [String]) -> [String] {
        var joined: [String] = []
        for word in words {
            let isValue = joined.last.map { $0.hasPrefix("--") && $0.hasSuffix("=") } ?? false
            if let last = joined.last, isValue || word == "=" && last.hasPrefix("--") {
                joined[joined.count - 1] = last + word
            } else {
                joined.append(word)
            }
        }
        return joined
    }
}

/// The part of an incomplete command line before the word at the cursor.
///
/// It accepts anything, because an error is reported only when the command runs.
private struct CompletionLine {
    private let program: Program
    private var command: CommandDescription?
    private var group: String?
    private var operands: [String] = []
    private var given: [String: [String]] = [:]
    /// The option whose value comes next.
    private var open: OptionDescription?
    private var isPastOptions = false

    init(of program: Program) {
        self.program = program
    }

    mutating func take(_ word: String) {
        if let option = open {
            open = nil
            given[option.name, default: []].append(word)
        } else if isPastOptions || !word.hasPrefix("-") || word == "-" {
            takeOperand(word)
        } else if word == "--" {
            isPastOptions = true
        } else {
            takeOption(word)
        }
    }

    private mutating func takeOperand(_ word: String) {
        if command != nil { return operands.append(word) }
        if group == nil, !program.subcommands(of: word).isEmpty {
            group = word
            return
        }
        let name = group.map { "\($0) \(word)" } ?? word
        command = program.allCommands.first { $0.name == name }
    }

    private mutating func takeOption(_ word: String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let option = options.first(where: { "--\($0.name)" == parts[0] }) else { return }
        if let value = parts.dropFirst().first {
            given[option.name, default: []].append(String(value))
        } else if option.valueName == nil {
            given[option.name, default: []].append("")
        } else {
            open = option
        }
    }

    var arguments: Arguments {
        Arguments(
            command: command?.name ?? "", operands: operands, options: options, given: given)
    }

    private var options: [OptionDescription] {
        (command?.options ?? []) + program.optionsEverywhere
    }

    // MARK: The word at the cursor

    func completion(of word: String) -> Completion {
        if let open { return values(of: open, word) }
        if isPastOptions || !word.hasPrefix("-") { return operand(word) }
        guard let sign = word.firstIndex(of: "=") else { return optionNames(word) }
        guard let option = options.first(where: { "--\($0.name)" == word[..<sign] }) else {
            return Completion(word)
        }
        return values(of: option, String(word[word.index(after: sign)...]))
    }

    private func operand(_ word: String) -> Completion {
        guard let command else { return commandNames(word) }
        let last = command.operands.last.flatMap { $0.isRepeating ? $0 : nil }
        let index = operands.count
        let operand = index < command.operands.count ? command.operands[index] : last
        guard let operand else { return Completion(word) }
        switch operand.name {
        case "COMMAND": return topics(word)
        case "FILE": return Completion(word, files: .files(extensions: Self.logs))
        case "DIR": return Completion(word, files: .directories)
        default: return Completion(word, valueOf: operand.name)
        }
    }

    private func commandNames(_ word: String) -> Completion {
        if let group {
            let commands = program.allCommands.filter { $0.name.hasPrefix(group + " ") }
            return Completion(
                word, commands.map { .init(String($0.name.dropFirst(group.count + 1)), $0.summary) }
            )
        }
        return Completion(word, firstWords)
    }

    /// The first words of all commands, without repetition.
    private var firstWords: [Completion.Candidate] {
        var found: [Completion.Candidate] = []
        for command in program.allCommands {
            let first = String(command.name.prefix { $0 != " " })
            guard !found.contains(where: { $0.text == first }) else { continue }
            let others = program.subcommands(of: first)
            let meaning = others.isEmpty ? command.summary : others.joined(separator: ", ")
            found.append(.init(first, meaning))
        }
        return found
    }

    /// The words after `help`.
    private func topics(_ word: String) -> Completion {
        guard let first = operands.first else { return Completion(word, firstWords) }
        return Completion(word, program.subcommands(of: first).map { .init($0) })
    }

    private func optionNames(_ word: String) -> Completion {
        let exclusive = (command?.exclusive ?? []).filter { $0.contains { given[$0] != nil } }
        let usable = options.filter { option in
            let isExcluded = exclusive.contains { $0.contains(option.name) }
            return option.isRepeatable || given[option.name] == nil && !isExcluded
        }
        return Completion(word, usable.map { .init("--\($0.name)", $0.help) })
    }

    private func values(of option: OptionDescription, _ word: String) -> Completion {
        if !option.allowedValues.isEmpty {
            return Completion(word, option.allowedValues.map { .init($0) })
        }
        guard option.valueName == "FILE" else { return Completion(word, valueOf: option.name) }
        let isJSON = ["config", "map", "settings"].contains(option.name)
        return Completion(word, files: .files(extensions: isJSON ? ["json", "json5"] : []))
    }

    /// The extensions of logs that `import` reads, plain and compressed.
    private static let logs = [
        "ndjson", "jsonl", "json", "csv", "log", "gz", "zst", "xz", "bz2", "lz4",
    ]
}
