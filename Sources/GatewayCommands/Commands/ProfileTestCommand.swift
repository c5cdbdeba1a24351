import CallbackDispatch
import CommandLine
import Commands
import JSON
import Profiles

/// `profile test`: sends a test callback now.
enum ProfileTestCommand: Command {
    static let description = CommandDescription(
        name: "profile test", summary: "Sends a test callback and shows the request and response.",
        discussion: [
            "Variables that you do not provide get sample values. The test appears in no count and "
                + "no report; 'deliveries --test true' lists it."
        ],
        options: [
            Context.company,
            .value("variables", "JSON", help: "Values for the placeholders, as an object."),
            .value(
                "settings", "FILE",
                help: "JSON file with unsaved settings; it can contain 'variables'."),
        ],
        operands: [.init("ID", .atMostOne, help: "The ID of the profile.")],
        exclusive: [["variables", "settings"]],
        examples: [
            .init("callback-gateway profile test --company HXXXXXXX071IN ID", "with sample values")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let envelope: Envelope
        switch (context.arguments.operands.first, context.arguments.value("settings")) {
        case (let id?, nil): envelope = try test(id, context)
        case (nil, let file?): envelope = try test(settings: file, context)
        default: throw context.arguments.misuse("provide the ID of a profile or --settings FILE")
        }
        let isRefused = envelope.data.object?["outcome"] == "failed"
        return ExitStatus.mostSevere([context.answer(envelope), isRefused ? .refused : .success])
    }

    private static func test(_ id: String, _ context: Context) throws -> Envelope {
        let variables = context.arguments.value("variables")
        let request = variables.map { JSONValue.object(["variables": .string($0)]).compact } ?? ""
        return try context.testDeliveryOperations().test(profile: id, Array(request.utf8))
    }

    private static func test(settings file: String, _ context: Context) throws -> Envelope {
        try context.testDeliveryOperations().test(settings: RequestInput.read(file, context))
    }
}
