import CommandLine
import Commands
import Encryption
import Profiles
import Settings

/// `check`: whether the gateway could serve.
enum CheckCommand: Command {
    static let description = CommandDescription(
        name: "check", summary: "Checks configuration, database, secret key and profiles.",
        discussion: [
            "Creates no files. Ends with 74 when a profile is damaged, and with 78 for a mistake "
                + "in the configuration."
        ],
        examples: [.init("callback-gateway check", "after every change of the configuration")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configurationWithWarnings()
        let console = context.console
        let companies = configuration.companies.count
        console.print(
            "configuration: \(configuration.file), "
                + (companies == 1 ? "1 company" : "\(companies) companies"))
        let invalidCompanies: ExitStatus =
            configuration.invalidCompanies.isEmpty ? .success : .badConfiguration
        guard !FileCheck.isMissing(configuration.database) else {
            console.print("database: \(configuration.database) does not exist yet")
            return invalidCompanies
        }
        let store = try GatewayStore(existing: configuration)
        console.print("database: \(configuration.database)")
        let key = configuration.gateway.secretKeyFile
        console.print(
            "secret key: \(key)" + (FileCheck.isMissing(key) ? " does not exist yet" : ""))
        return ExitStatus.gravest([try ProfileCheck.run(store, console), invalidCompanies])
    }
}

/// `verify`: whether every profile in the database can be read.
enum VerifyCommand: Command {
    static let description = CommandDescription(
        name: "verify", summary: "Decrypts every profile and names damaged ones.",
        discussion: [
            "Ends with 74 when one is damaged. 'callback-reports verify' checks the log and its "
                + "counts."
        ],
        examples: [.init("callback-gateway verify", "after a disk has failed")])

    static func run(_ context: Context) throws -> ExitStatus {
        let configuration = try context.configuration()
        return try ProfileCheck.run(GatewayStore(existing: configuration), context.console)
    }
}

/// What both commands check.
private enum ProfileCheck {
    static func run(_ store: GatewayStore, _ console: Console) throws -> ExitStatus {
        let damaged = try store.profiles.damagedProfiles()
        for profile in damaged {
            console.say("\(profile.company.withVisibleControls): \(profile)")
        }
        let isCheckDamaged = try store.profiles.isKeyCheckDamaged()
        if isCheckDamaged {
            console.say(
                "table secret_check, which the secret key is checked with, is damaged; restore it "
                    + "from a backup")
        }
        let count = try store.profiles.profileCount()
        let words = damaged.isEmpty ? "all can be read" : "\(damaged.count) damaged"
        console.print("profiles: \(count), \(words)")
        return damaged.isEmpty && !isCheckDamaged ? .success : .ioError
    }
}
