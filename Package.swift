// swift-tools-version: 6.2
import PackageDescription

/// One set of Swift settings for every target of this package.
let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")

// Debian's libzmq and libedit lie on the compiler's default paths; Homebrew's do not, and pkg-config knows where.
// (On Debian, libzmq.pc also drags in flags that the package manager warns about.)
#if os(macOS)
    let zeroMQPkgConfig: String? = "libzmq"
    let editlinePkgConfig: String? = "libedit"
#else
    let zeroMQPkgConfig: String? = nil
    let editlinePkgConfig: String? = nil
#endif

let package = Package(
    name: "AcquisitionRPC",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "AcquisitionModel", targets: ["AcquisitionModel"]),
        .library(name: "AcquisitionRPC", targets: ["AcquisitionRPC"]),
        .library(name: "AcquisitionZeroMQ", targets: ["AcquisitionZeroMQ"]),
        .library(name: "AcquisitionLifecycle", targets: ["AcquisitionLifecycle"]),
        .library(name: "ZeroMQ", targets: ["ZeroMQ"]),
        .library(name: "DareplaneGateway", targets: ["DareplaneGateway"]),
        .library(name: "IBLGateway", targets: ["IBLGateway"]),
        .library(name: "LiaisonGateway", targets: ["LiaisonGateway"]),
        // For the fuzzing of what is typed, in a package of its own; not for embedding.
        .library(name: "ConsoleCommands", targets: ["ConsoleCommands"]),
        .executable(name: "client-app", targets: ["client-app"]),
        .executable(name: "remote-console", targets: ["remote-console"]),
        .executable(name: "rpc-gateway", targets: ["rpc-gateway"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.7.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // MARK: - The embeddable products

        .systemLibrary(
            name: "CZeroMQ",
            pkgConfig: zeroMQPkgConfig,
            providers: [.apt(["libzmq3-dev"]), .brew(["zeromq"])]
        ),
        .target(name: "ZeroMQ", dependencies: ["CZeroMQ"], swiftSettings: settings),
        .target(name: "AcquisitionModel", swiftSettings: settings),
        .target(
            name: "AcquisitionRPC",
            dependencies: ["AcquisitionModel", logging, .product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: settings
        ),
        .target(
            name: "AcquisitionZeroMQ",
            dependencies: ["AcquisitionRPC", "ZeroMQ", logging],
            swiftSettings: settings
        ),
        // Apart, so that only who runs a group of swift-service-lifecycle links it.
        .target(
            name: "AcquisitionLifecycle",
            dependencies: ["AcquisitionRPC", lifecycle],
            swiftSettings: settings
        ),

        // MARK: - Gateways to the protocols of other systems

        .target(
            name: "GatewayCore",
            dependencies: ["AcquisitionRPC", logging, nio, nioPosix],
            swiftSettings: settings
        ),
        .target(
            name: "DareplaneGateway",
            dependencies: [
                "AcquisitionRPC", "GatewayCore", logging, nio, nioPosix,
                .product(name: "Subprocess", package: "swift-subprocess"),
                // The paths of Subprocess: on Darwin the SDK has them.
                .product(name: "SystemPackage", package: "swift-system", condition: .when(platforms: [.linux])),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "IBLGateway",
            dependencies: ["AcquisitionRPC", "GatewayCore", logging, nio, nioPosix],
            swiftSettings: settings
        ),
        .target(
            name: "LiaisonGateway",
            dependencies: [
                "AcquisitionRPC", "GatewayCore", logging, nio, nioPosix,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "GatewayTOML",
            dependencies: ["GatewayCore", .product(name: "TOMLKit", package: "TOMLKit")],
            swiftSettings: settings
        ),
        .target(
            name: "GatewayCommands",
            dependencies: [
                "AcquisitionZeroMQ", "ConsoleCommands", "DareplaneGateway", "GatewayCore", "GatewayTOML", "IBLGateway",
                "LiaisonGateway", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "rpc-gateway", dependencies: ["GatewayCommands"], swiftSettings: settings),

        // MARK: - The two tools

        .systemLibrary(
            name: "CEditline",
            pkgConfig: editlinePkgConfig,
            providers: [.apt(["libedit-dev"])]
        ),
        .target(
            name: "ConsoleCommands",
            dependencies: [
                "AcquisitionZeroMQ", "CEditline", "GatewayTOML", "IBLGateway", "ZeroMQ", logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(name: "client-app", dependencies: ["ConsoleCommands"], swiftSettings: settings),
        .executableTarget(name: "remote-console", dependencies: ["ConsoleCommands"], swiftSettings: settings),

        // MARK: - Tests

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .executableTarget(
            name: "fault-peer",
            dependencies: ["AcquisitionZeroMQ", logging],
            path: "Tests/FaultPeer",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "model-peer",
            dependencies: ["AcquisitionZeroMQ", "TestSupport", logging],
            path: "Tests/ModelPeer",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "lifecycle-peer",
            dependencies: [
                "AcquisitionLifecycle", "AcquisitionZeroMQ", "DareplaneGateway", "GatewayCore", lifecycle, logging,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Tests/LifecyclePeer",
            swiftSettings: settings
        ),
        .testTarget(name: "ZeroMQTests", dependencies: ["ZeroMQ"], swiftSettings: settings),
        .testTarget(
            name: "AcquisitionModelTests",
            dependencies: ["AcquisitionModel", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AcquisitionRPCTests",
            dependencies: ["AcquisitionRPC", "TestSupport"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AcquisitionZeroMQTests",
            dependencies: ["AcquisitionZeroMQ", "TestSupport", "ZeroMQ"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "ConsoleCommandsTests",
            dependencies: [
                "AcquisitionZeroMQ", "ConsoleCommands", "IBLGateway", "TestSupport", "client-app", "remote-console",
                logging,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "AcquisitionLifecycleTests",
            dependencies: [
                "AcquisitionLifecycle", "AcquisitionZeroMQ", "TestSupport", "lifecycle-peer", lifecycle, logging,
                .product(name: "ServiceLifecycleTestKit", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DocumentationTests",
            // What the documents' code imports, and the tools that they call.
            dependencies: [
                "AcquisitionLifecycle", "AcquisitionZeroMQ", "ConsoleCommands", "DareplaneGateway", "IBLGateway",
                "LiaisonGateway", "TestSupport", "client-app", "remote-console", "rpc-gateway", lifecycle, logging,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "GatewayCoreTests",
            dependencies: ["GatewayCore", "GatewayTOML", "TestSupport", nio, nioPosix, logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "DareplaneGatewayTests",
            dependencies: ["DareplaneGateway", "GatewayCore", "GatewayTOML", "TestSupport", nio, nioPosix, logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IBLGatewayTests",
            dependencies: ["GatewayCore", "GatewayTOML", "IBLGateway", "TestSupport", nio, nioPosix, logging],
            swiftSettings: settings
        ),
        .testTarget(
            name: "LiaisonGatewayTests",
            dependencies: [
                "GatewayCore", "LiaisonGateway", "TestSupport", nio, nioPosix, logging,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "GatewayCommandsTests",
            dependencies: [
                "AcquisitionZeroMQ", "GatewayCommands", "TestSupport", "client-app", "remote-console", "rpc-gateway",
                nio,
                nioPosix,
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: ["AcquisitionZeroMQ", "ConsoleCommands", "TestSupport", "fault-peer", "model-peer"],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
