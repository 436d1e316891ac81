// Whoever makes a service or a client over ZeroMQ uses it: one import brings everything.
@_exported public import AcquisitionRPC
