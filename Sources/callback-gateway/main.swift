import GatewayCommands

print("callback-gateway \(CallbackGateway.version)")
