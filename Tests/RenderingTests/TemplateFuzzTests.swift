import Templates
import TestSupport
import Testing

@testable import Rendering

/// Tests with broken templates, which must cause an error and never a trap or an endless loop.
@Suite struct TemplateFuzzTests {
    private static let pieces = [
        "{{", "}}", "{{{", "}}}", "{{=", "=}}", "{{=<% %>=}}", "{{#", "{{^", "{{/", "{{>", "{{!",
        "{{&", ".", "..", "\n", "\r", "\r\n", " ", "\t", "=", "\u{0}", "é", "😀", "{{.}}",
        "{{#.}}", "{{/.}}", "{{> report-text}}", "{{#totals}}", "{{/totals}}", "{{= =}}",
    ]

    private let shapes = TemplateKind.allCases.map(\.shape)

    private func mutated(_ source: String, _ random: inout SeededRandom) -> String {
        var bytes = Array(source.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let start = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, start + Int.random(in: 0...4, using: &random))
            let piece = Self.pieces.randomElement(using: &random) ?? ""
            let isByte = Int.random(in: 0..<4, using: &random) == 0
            let new = isByte ? [UInt8.random(in: 0...255, using: &random)] : Array(piece.utf8)
            bytes.replaceSubrange(start..<end, with: new)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: BuiltInTemplates.sources.keys.sorted())
    func noMutationTrapsOrHangs(name: String) throws {
        var random = SeededRandom(seed: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        let source = BuiltInTemplates.sources[name] ?? ""
        let others = try BuiltInTemplates.sources.map { try Template($0.value, name: $0.key) }
        var partials = Dictionary(uniqueKeysWithValues: others.map { ($0.name, $0) })
        var (taken, refused) = (0, 0)
        for _ in 0..<250 {
            guard let template = try? Template(mutated(source, &random), name: name) else {
                refused += 1
                continue
            }
            taken += 1
            partials[name] = template
            use(template, partials)
        }
        #expect(taken > 0 && refused > 0, "\(taken) taken, \(refused) refused")
    }

    @Test func noTextOfTagsTraps() {
        var random = SeededRandom(seed: 4)
        for _ in 0..<4000 {
            let count = Int.random(in: 1...8, using: &random)
            let text = (0..<count).compactMap { _ in Self.pieces.randomElement(using: &random) }
            do {
                use(try Template(text.joined(), name: "x"), [:])
            } catch {
                #expect("\(error)".hasPrefix("x:"))
            }
        }
    }

    private func use(_ template: Template, _ partials: [String: Template]) {
        for shape in shapes {
            _ = template.check(against: shape, partials: partials)
            _ = try? template.render(shape, partials: partials, escape: .html)
        }
    }
}
