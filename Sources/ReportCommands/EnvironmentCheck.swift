import Addresses
import CivilTime
import CommandLine
import Commands
import Glibc
import Ingest
import Mail
import ReportDelivery
import Settings
import Storage

/// Checks the environment that a valid configuration needs: files, permissions, ports and time
/// zones.
struct EnvironmentCheck {
    private let configuration: Configuration
    private let context: Context
    /// Whether this user is the one of the runs, so that its permissions matter.
    private let isOfRuns: Bool

    init(_ configuration: Configuration, _ context: Context, isOfRuns: Bool) {
        (self.configuration, self.context) = (configuration, context)
        self.isOfRuns = isOfRuns
    }

    /// Prints the problems on standard error and returns the exit status that a run would have.
    func run() -> ExitStatus {
        for words in warnings { say(words, as: .warning) }
        return ExitStatus.mostSevere(
            [.success, database(), writing(), password(), mailServer()] + channels() + sources())
    }

    /// Settings that work but may not be intended.
    private var warnings: [String] {
        var words: [String] = []
        if let login = configuration.mail.login, login.password.isReadableByEveryone {
            words.append("\(login.password): every user of this machine can read it")
        }
        for file in Set(channelSettings.flatMap(\.channels.files)) where file.isReadableByEveryone {
            words.append("secret file '\(file.path)': every user of this machine can read it")
        }
        for company in configuration.companies {
            guard let caution = company.zone.caution else { continue }
            words.append("company \(company.sid): time zone '\(company.zone.name)': \(caution)")
        }
        return words
    }

    private func database() -> ExitStatus {
        let path = configuration.database
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard let kind = AttemptLog.networkFileSystem(at: folder) else { return .success }
        say(
            "database: \(path) is on a network file system (\(kind)), which can corrupt SQLite "
                + "files; move 'database' to a local disk")
        return .badConfiguration
    }

    /// Checks that runs can write, if they are runs of this user.
    private func writing() -> ExitStatus {
        let path = configuration.database
        let problems = [
            DatabaseAccess.problem(at: path, isOfRuns: isOfRuns),
            isOfRuns ? DatabaseAccess.problemOfSavedFiles(nextTo: path) : nil,
        ].compactMap(\.self)
        for problem in problems { say("database: runs cannot write: \(problem)") }
        return problems.isEmpty ? .success : .ioError
    }

    private func password() -> ExitStatus {
        do throws(PasswordError) {
            _ = try configuration.mail.login?.password.password(environment: context.environment)
            return authorities()
        } catch {
            say("\(error)")
            return .badConfiguration
        }
    }

    /// Checks that the file of trusted certificates can be read.
    private func authorities() -> ExitStatus {
        guard let path = configuration.mail.caFile, access(path, R_OK) != 0 else {
            return .success
        }
        say("mail.caFile: \(path): \(String(cString: strerror(errno)))")
        return .badConfiguration
    }

    private func mailServer() -> ExitStatus {
        switch configuration.mail.location {
        case .server(let server):
            guard let advice = server.portAdvice else { return .success }
            say("mail.url: \(advice)")
        case .directory(let path):
            let maildir = MaildirTransport(directory: path)
            guard let error = maildir.problem(isOfRuns: isOfRuns) else { return .success }
            say("mail.url: \(error)")
        }
        return .badConfiguration
    }

    /// The channels of all companies, each with its place.
    private var channelSettings: [(place: String, channels: ChannelSettings)] {
        configuration.companies.flatMap { company in
            company.reports.map { ("\(company.sid) \($0.frequency.rawValue)", $0.channels) }
                + (company.alerts.map { [("\(company.sid) alerts", $0.channels)] } ?? [])
        }
    }

    /// Reads the secrets of webhooks and Slack.
    private func channels() -> [ExitStatus] {
        channelSettings.map { place, channels in
            do throws(SecretFileError) {
                _ = try channels.webhook?.secret()
                _ = try channels.slack?.url()
                return .success
            } catch {
                say("company \(place): \(error)")
                return .badConfiguration
            }
        }
    }

    private func sources() -> [ExitStatus] {
        SourceCheck.problems(of: configuration.sources.map(\.path)).map { problem in
            say("source \(problem)")
            return problem.exitStatus
        }
    }

    private func say(_ words: String, as emphasis: Emphasis = .error) {
        context.console.say(words.withVisibleControls, as: emphasis)
    }
}
