package import CommandLine
package import Commands
import Rendering

/// The `callback-reports` command-line tool.
package enum CallbackReports {
    package static let version = "1.0.0"

    package static var commands: CommandLineTool {
        CommandLineTool(
            name: "callback-reports",
            summary: "Emails reports about how many callbacks were delivered and how many failed.",
            version: version,
            commands: [
                RunCommand.self, ReportCommand.self, ImportCommand.self, RecordCommand.self,
                ScheduleCommand.self, HistoryCommand.self, ShowCommand.self, ResendCommand.self,
                FailuresCommand.self, ExportAttemptsCommand.self, ExportCallbacksCommand.self,
                HealthCommand.self, CheckCommand.self, VerifyCommand.self,
                PruneCommand.self, RepairClockCommand.self, InitCommand.self, DemoCommand.self,
            ])
    }
}

extension TemplateSetError: ExitStatusConvertible {
    package var exitStatus: ExitStatus { .badConfiguration }
    package var beginsWithLocation: Bool { true }
}
