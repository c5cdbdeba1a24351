import CivilTime
import CommandLine
import Commands
import Profiles
import Storage

/// `key create`: creates an API key for one company.
enum KeyCreateCommand: Command {
    static let description = CommandDescription(
        name: "key create", summary: "Creates an API key and prints it once.",
        discussion: [
            "The key gives access to the data of this company only. Only its digest is stored, so the "
                + "key cannot be shown again."
        ],
        options: [Context.company],
        examples: [
            .init("callback-gateway key create --company HXXXXXXX071IN", "for the 'api-key' header")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let company = try context.companySID(in: configuration)
        let store = try GatewayStore(creating: configuration) {
            context.console.say($0)
        }.profiles
        let made = try store.createKey(company: company, at: context.clock())
        context.console.print(made.text)
        context.console.say("created key \(made.key.id) of \(company); it cannot be shown again")
        return .success
    }
}

/// `key list`: lists the IDs of API keys.
enum KeyListCommand: Command {
    static let description = CommandDescription(
        name: "key list", summary: "Lists the IDs of API keys. The keys themselves are not stored.",
        options: [.value("company", "SID", help: "Only keys of this company.")],
        examples: [.init("callback-gateway key list", "the keys of all companies")])

    static func run(_ context: Context) throws -> ExitStatus {
        let store = try GatewayStore(existing: context.configuration()).profiles
        let keys = try store.keys(company: context.arguments.value("company"))
        let rows = keys.map { [$0.id, $0.company.withVisibleControls, $0.createdAt.rfc3339] }
        context.console.output.write(
            rows.isEmpty ? "no keys\n" : TextColumns.text([["ID", "COMPANY", "CREATED"]] + rows))
        return .success
    }
}

/// `key revoke`: revokes an API key.
enum KeyRevokeCommand: Command {
    static let description = CommandDescription(
        name: "key revoke", summary: "Revokes an API key.",
        operands: [.init("ID", .one, help: "The ID of the key in 'callback-gateway key list'.")],
        examples: [.init("callback-gateway key revoke 1f9ac0d4", "effective immediately")])

    static func run(_ context: Context) throws -> ExitStatus {
        let store = try GatewayStore(existing: context.configuration()).profiles
        let id = context.arguments.operands[0]
        guard try store.revokeKey(id) else {
            throw context.arguments.invalid(
                operand: "ID", id, expected: "the ID of a key in 'callback-gateway key list'",
                among: try store.keys().map(\.id))
        }
        context.console.print("revoked key \(id)")
        return .success
    }
}
