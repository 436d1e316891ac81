// Whoever runs a gateway gives commands and hears events.
@_exported public import AcquisitionRPC
