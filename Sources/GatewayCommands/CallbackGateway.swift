package import Commands

/// The `callback-gateway` command-line tool.
package enum CallbackGateway {
    package static let version = "1.0.0"

    package static var commands: CommandLineTool {
        CommandLineTool(
            name: "callback-gateway",
            summary: "Manages callback profiles and sends callbacks.",
            version: version,
            commands: [
                ProfileCreateCommand.self, ProfileListCommand.self, ProfileShowCommand.self,
                ProfileUpdateCommand.self, ProfileDeleteCommand.self, ProfileEnableCommand.self,
                ProfileDisableCommand.self, ProfileTestCommand.self, KeyCreateCommand.self,
                KeyListCommand.self,
                KeyRevokeCommand.self, VariablesCommand.self, WhatsAppBindCommand.self,
                WhatsAppListCommand.self, WhatsAppUnbindCommand.self,
                SendCommand.self, DispatchCommand.self, DeliveriesCommand.self,
                ReplayCommand.self, ServeCommand.self, GatewayCheckCommand.self,
                GatewayVerifyCommand.self,
            ], completingValues: ProfileCompletion.candidates)
    }
}
