import API
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
        do {
            let tested = try test(context)
            _ = context.answer(Envelope(tested))
            return tested.delivery.wasDelivered ? .success : .refused
        } catch {
            guard let apiError = APIError(error) else { throw error }
            return context.answer(Envelope(apiError))
        }
    }

    private static func test(_ context: Context) throws -> TestDeliveryOperations.Tested {
        let arguments = context.arguments
        switch (arguments.operands.first, arguments.value("settings")) {
        case (let id?, nil):
            let request = arguments.value("variables").map {
                RequestBody.value(.object(["variables": .string($0)]))
            }
            return try context.testDeliveryOperations().test(profile: id, request)
        case (nil, let file?):
            let request = try RequestInput.read(file, context)
            return try context.testDeliveryOperations().test(settings: .text(request))
        default: throw arguments.misuse("provide the ID of a profile or --settings FILE")
        }
    }
}
