// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who embeds the library fetches what only its measurements need.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    products: [
        // Loaded with LD_PRELOAD into a program whose allocations are counted.
        .library(name: "CountingAllocator", type: .dynamic, targets: ["CountingAllocator"])
    ],
    dependencies: [
        .package(name: "AcquisitionRPC", path: ".."),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        .target(name: "CountingAllocator"),
        .executableTarget(name: "bare", linkerSettings: [.linkedLibrary("zmq")]),
        .executableTarget(
            name: "ours",
            dependencies: [
                .product(name: "AcquisitionZeroMQ", package: "AcquisitionRPC"),
                .product(name: "ZeroMQ", package: "AcquisitionRPC"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "benchmark",
            dependencies: [
                .product(name: "AcquisitionModel", package: "AcquisitionRPC"),
                .product(name: "ZeroMQ", package: "AcquisitionRPC"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
