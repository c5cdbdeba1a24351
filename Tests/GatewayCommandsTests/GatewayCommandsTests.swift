import Testing

@testable import GatewayCommands

@Suite struct GatewayCommandsTests {}
