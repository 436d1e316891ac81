// The analysis between two trials: each kind with its payload.

extension ApiEventType where Payload == AnalysisTrialContext {
    /// The segmentation after a trial began.
    public static var intertrialSegmentationBegin: Self { Self(.intertrialSegmentationBegin) }
    /// The segmentation after a trial ended.
    public static var intertrialSegmentationEnd: Self { Self(.intertrialSegmentationEnd) }
    /// The detection after a trial began.
    public static var intertrialDetectionBegin: Self { Self(.intertrialDetectionBegin) }
    /// The detection after a trial ended.
    public static var intertrialDetectionEnd: Self { Self(.intertrialDetectionEnd) }
}

extension ApiEventType where Payload == IntertrialErrorContext {
    /// The segmentation after a trial failed.
    public static var intertrialSegmentationError: Self { Self(.intertrialSegmentationError) }
    /// The segmentation after a trial could not be saved.
    public static var intertrialSegmentationSaveError: Self { Self(.intertrialSegmentationSaveError) }
    /// The detection after a trial failed.
    public static var intertrialDetectionError: Self { Self(.intertrialDetectionError) }
    /// The detection after a trial could not be saved.
    public static var intertrialDetectionSaveError: Self { Self(.intertrialDetectionSaveError) }
}

extension ApiEventType where Payload == IntertrialSaveContext {
    /// The segmentation after a trial was saved.
    public static var intertrialSegmentationSave: Self { Self(.intertrialSegmentationSave) }
    /// The detection after a trial was saved.
    public static var intertrialDetectionSave: Self { Self(.intertrialDetectionSave) }
}

extension ApiEventType where Payload == IntertrialResponseContext {
    /// What the analysis after a trial found.
    public static var intertrialResponse: Self { Self(.intertrialResponse) }
}

extension ApiEventType where Payload == PelletShiftContext {
    /// The pellet's position was shifted after a trial.
    public static var intertrialPelletShift: Self { Self(.intertrialPelletShift) }
}
