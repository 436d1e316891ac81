/// How far a trial's recording and its analysis came (`protocol/autotrainer-0.12.0.json`, `CaptureAnalysisResultLike`).
public struct CaptureAnalysisResult: OpenTextVocabulary {
    /// The text on the wire.
    public var rawValue: String
    /// The code with this text, known or not.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// The trial was recorded and not analysed.
    public static let captureOnly = CaptureAnalysisResult(rawValue: "capture_only")
    /// The analysis succeeded.
    public static let analysisSucceeded = CaptureAnalysisResult(rawValue: "analysis_succeeded")
    /// The analysis failed.
    public static let analysisFailed = CaptureAnalysisResult(rawValue: "analysis_failed")
    /// The analysis comes later, in a batch.
    public static let analysisDelayed = CaptureAnalysisResult(rawValue: "analysis_delayed")

    /// See ``OpenTextVocabulary/noun``.
    public static var noun: String { "capture analysis result" }
    /// See ``OpenTextVocabulary/published``.
    public static let published: [CaptureAnalysisResult] = [
        .captureOnly, .analysisSucceeded, .analysisFailed, .analysisDelayed,
    ]
}
