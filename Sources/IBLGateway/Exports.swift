// Whoever runs a gateway, or talks to rigs, gives settings and hears of errors.
@_exported public import GatewayCore
