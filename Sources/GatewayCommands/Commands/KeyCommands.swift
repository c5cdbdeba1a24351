import CommandLine
import Commands
import Profiles

/// `key create`: a key of the API for one company.
enum KeyCreateCommand: Command {
    static let description = CommandDescription(
        name: "key create", summary: "Makes a key of the API and prints it, this once.",
        discussion: ["It opens the data of this one company. Only a digest of it is kept."],
        options: [Context.company],
        examples: [
            .init("callback-gateway key create --company HXXXXXXX071IN", "goes into 'api-key'")
        ])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        let company = try context.companySID(in: configuration)
        let store = try GatewayStore(configuration).profiles
        let made = try store.createKey(company: company, at: context.clock())
        context.console.print(made.text)
        context.console.say("key \(made.key.id) of \(company); it cannot be shown again")
        return .success
    }
}

/// `key list`: which keys there are, without them.
enum KeyListCommand: Command {
    static let description = CommandDescription(
        name: "key list", summary: "Lists the keys of the API by their ids.",
        options: [.value("company", "SID", help: "The keys of this company; all when absent.")],
        examples: [.init("callback-gateway key list", "of all companies")])

    static func run(_ context: Context) throws -> ExitStatus {
        let store = try GatewayStore(existing: context.configuration()).profiles
        let keys = try store.keys(company: context.arguments.value("company"))
        let rows = keys.map { [$0.id, $0.company.withVisibleControls, $0.createdAt.rfc3339] }
        context.console.output.write(
            rows.isEmpty ? "no keys\n" : TextColumns.text([["ID", "COMPANY", "CREATED"]] + rows))
        return .success
    }
}

/// `key revoke`: from now on it opens nothing.
enum KeyRevokeCommand: Command {
    static let description = CommandDescription(
        name: "key revoke", summary: "Takes a key of the API back.",
        operands: [.init("ID", .one, help: "The key's id in 'callback-gateway key list'.")],
        examples: [.init("callback-gateway key revoke 1f9ac0d4", "at once")])

    static func run(_ context: Context) throws -> ExitStatus {
        let store = try GatewayStore(existing: context.configuration()).profiles
        let id = context.arguments.operands[0]
        guard try store.revokeKey(id) else {
            throw context.arguments.invalid(
                operand: "ID", id, expected: "the id of a key in 'callback-gateway key list'",
                among: try store.keys().map(\.id))
        }
        context.console.print("revoked key \(id)")
        return .success
    }
}
