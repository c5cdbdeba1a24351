package import Commands

/// The program `callback-gateway`.
package enum CallbackGateway {
    package static let version = "1.0.0"

    package static var commands: CommandLineTool {
        CommandLineTool(
            name: "callback-gateway",
            summary: "Keeps callback profiles, and sends the callbacks that they describe.",
            version: version,
            commands: [
                ProfileCreateCommand.self, ProfileListCommand.self, ProfileShowCommand.self,
                ProfileUpdateCommand.self, ProfileDeleteCommand.self, ProfileEnableCommand.self,
                ProfileDisableCommand.self, ProfileTestCommand.self, KeyCreateCommand.self,
                KeyListCommand.self,
                KeyRevokeCommand.self, VariablesCommand.self, WhatsAppBindCommand.self,
                WhatsAppListCommand.self, WhatsAppUnbindCommand.self,
                SendCommand.self, DispatchCommand.self, DeliveriesCommand.self,
                ReplayCommand.self, ServeCommand.self, CheckCommand.self, VerifyCommand.self,
            ])
    }
}
