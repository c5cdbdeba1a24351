import CommandLine
import Commands
import Encryption
import Profiles
import Settings
import Storage

/// `check`: validates everything that the gateway needs.
enum GatewayCheckCommand: Command {
    static let description = CommandDescription(
        name: "check", summary: "Checks the configuration, database, secret key and profiles.",
        discussion: [
            "Creates no files. Exits with status 74 if a profile is damaged and with 78 if the "
                + "configuration is invalid."
        ],
        examples: [.init("callback-gateway check", "after every change to the configuration")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configurationWithWarnings()
        let console = context.console
        console.print("configuration: \(configuration.file), \(configuration.companySummary)")
        let invalidCompanies: ExitStatus =
            configuration.invalidCompanies.isEmpty ? .success : .badConfiguration
        switch AttemptLog.absence(at: configuration.database) {
        case .missing, .empty:
            console.print("database: \(configuration.database) does not exist yet")
            return invalidCompanies
        case .lost(let error): throw error
        case nil: break
        }
        let store = try GatewayStore(existing: configuration)
        console.print("database: \(configuration.database)")
        let key = configuration.gateway.secretKeyFile
        console.print(
            "secret key: \(key)" + (FileCheck.isMissing(key) ? " does not exist yet" : ""))
        return ExitStatus.mostSevere([try ProfileCheck.run(store, console), invalidCompanies])
    }
}

/// `verify`: checks that every profile can be read.
enum GatewayVerifyCommand: Command {
    static let description = CommandDescription(
        name: "verify", summary: "Decrypts every profile and lists damaged ones.",
        discussion: [
            "Exits with status 74 if a profile is damaged. To check the log and its counts, use "
                + "'callback-reports verify'."
        ],
        examples: [.init("callback-gateway verify", "after a disk failure")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        return try ProfileCheck.run(GatewayStore(existing: configuration), context.console)
    }
}

/// The checks that both commands share.
private enum ProfileCheck {
    static func run(_ store: GatewayStore, _ console: Console) throws -> ExitStatus {
        let found = try store.profiles.verify()
        let damaged = found.damaged
        for profile in damaged {
            console.say("\(profile.company.withVisibleControls): \(profile)", as: .error)
        }
        for profile in found.mislabeled {
            console.say(
                "\(profile.company.withVisibleControls): title or method of profile \(profile.id) in "
                    + "table callback_profiles is damaged; change the title to repair it",
                as: .error)
        }
        let isCheckDamaged = try store.profiles.isKeyCheckDamaged()
        if isCheckDamaged {
            console.say(
                "table secret_check, which verifies the secret key, is damaged; restore it from "
                    + "a backup", as: .error)
        }
        let count = try store.profiles.profileCount()
        let words = damaged.isEmpty ? "all readable" : "\(damaged.count) damaged"
        console.print("profiles: \(count), \(words)")
        return found.isGood && !isCheckDamaged ? .success : .ioError
    }
}
