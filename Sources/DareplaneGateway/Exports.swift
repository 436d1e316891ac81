// Whoever runs a gateway gives its settings and hears of its errors.
@_exported public import GatewayCore
