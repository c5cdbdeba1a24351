import API
import CallbackDispatch
import CommandLine
import Commands
import JSON
import Profiles

/// `send`: accepts triggers, which `dispatch` or `serve` sends.
enum SendCommand: Command {
    static let description = CommandDescription(
        name: "send", summary: "Queues callbacks and prints their IDs.",
        discussion: [
            "Accepts the same input as the API: one trigger, a JSON array of triggers, or one trigger "
                + "per line. If any trigger is invalid, none is queued. You can also specify one trigger "
                + "with options. The callbacks are on disk when the command "
                + "returns, and 'callback-gateway dispatch' or 'serve' sends them. Reusing the ID of a "
                + "callback changes nothing if the contents are the same, and is an error otherwise."
        ],
        options: [
            Context.company,
            .value("profile", "ID", help: "The ID of the profile."),
            .value("event", "WORD", help: "The event, such as SMS-sent."),
            .value("variables", "JSON", help: "Values for the placeholders, as an object."),
            .value("callback-id", "ID", help: "The ID of the callback, unique within the company."),
        ], operands: [RequestInput.operand],
        examples: [
            .init(
                "callback-gateway send --company HXXXXXXX071IN --profile ID \\\n"
                    + "      --event SMS-sent --variables '{\"status\": \"DELIVRD\"}'",
                "one callback"),
            .init(
                "callback-gateway send --company HXXXXXXX071IN triggers.ndjson",
                "one trigger per line"),
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let request = try requestFromOptions(context)
        let operations = try context.triggerOperations(
            configuration, GatewayStore(creating: configuration) { context.console.say($0) })
        do {
            if let request {
                try take(request, operations, context)
            } else {
                try takeFile(operations, context)
            }
            return .success
        } catch {
            guard let apiError = APIError(error) else { throw error }
            return context.answer(Envelope(apiError))
        }
    }

    private static func take(
        _ request: [UInt8], _ operations: TriggerOperations, _ context: Context
    ) throws {
        for accepted in try operations.take(request, at: context.clock()) {
            context.console.print(accepted.callbackID.withVisibleControls)
        }
    }

    private static func takeFile(_ operations: TriggerOperations, _ context: Context) throws {
        var input = try TriggerInput(context.arguments.operands.first ?? "-", context)
        guard try input.isByLine() else {
            return try take(input.rest(), operations, context)
        }
        try operations.take(lines: { try input.line() }, at: context.clock()) {
            context.console.print($0.withVisibleControls)
        }
    }

    /// Returns the trigger from the options, or nil if there is none.
    private static func requestFromOptions(_ context: Context) throws -> [UInt8]? {
        let arguments = context.arguments
        let members = [
            "profile": "callback_profile", "event": "event", "callback-id": "callback_id",
            "variables": "variables",
        ].filter { arguments.value($0.key) != nil }
        guard !members.isEmpty else { return nil }
        guard arguments.operands.isEmpty else {
            throw arguments.misuse("provide a trigger as FILE or with options, not both")
        }
        let trigger = members.reduce(into: JSONObject()) { trigger, member in
            trigger[member.value] = JSONValue(arguments.value(member.key))
        }
        return JSONValue.object(trigger).compactBytes
    }
}
