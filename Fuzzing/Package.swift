// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who embeds the library builds it. Scripts/fuzz builds it with the sanitizers: the
// `main` of the program is libFuzzer's, and without them it cannot be linked.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "Fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "AcquisitionRPC", path: ".."),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
    ],
    targets: [
        .executableTarget(
            name: "fuzz",
            dependencies: [
                .product(name: "AcquisitionZeroMQ", package: "AcquisitionRPC"),
                .product(name: "ConsoleCommands", package: "AcquisitionRPC"),
                .product(name: "DareplaneGateway", package: "AcquisitionRPC"),
                .product(name: "IBLGateway", package: "AcquisitionRPC"),
                .product(name: "LiaisonGateway", package: "AcquisitionRPC"),
                .product(name: "ZeroMQ", package: "AcquisitionRPC"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        )
    ],
    swiftLanguageModes: [.v6]
)
