// Whoever uses the service names the vocabulary: one import brings both.
@_exported public import AcquisitionModel
