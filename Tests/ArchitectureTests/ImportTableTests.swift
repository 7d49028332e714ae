import Testing

@Suite("Imports")
struct ImportTableTests {
    @Test("every import in Sources is in the table")
    func sources() throws {
        let files = try PackageFiles.swiftFiles(in: "Sources")
        #expect(!files.isEmpty)
        for violation in files.flatMap(ImportTable.violations) { Issue.record("\(violation)") }
    }

    @Test(
        "every form of an import is recognized",
        arguments: [
            "import Datasets", "package import Datasets", "@preconcurrency import Datasets",
            "@_spi(Testing) internal import Datasets", "import struct Datasets.GaitDataset",
            "    import Datasets", "#if canImport(Datasets)\nimport Datasets\n#endif",
            "import  Datasets // why",
        ])
    func recognised(text: String) {
        let file = SourceFile(path: "GaitNode/Health.swift", text: text)
        #expect(file.imports == ["Datasets"])
        #expect(ImportTable.violations(in: file).count == 1)
    }

    @Test(
        "what only looks like an import is not one",
        arguments: [
            "// import Datasets", "/* import Datasets */",
            "/// import Datasets", "let important = Datasets()", "importDatasets()",
        ])
    func notRecognised(text: String) {
        #expect(SourceFile(path: "Gait/Pose.swift", text: text).imports.isEmpty)
    }

    @Test("allowed imports and an unknown target are told apart")
    func verdicts() {
        let allowed = SourceFile(
            path: "Messaging/MQTT/MQTTClient.swift", text: "import CMosquitto\nimport Foundation")
        #expect(ImportTable.violations(in: allowed).isEmpty)
        let library = SourceFile(path: "Gait/Pose.swift", text: "import Logging")
        #expect(ImportTable.violations(in: library) == ["Gait/Pose.swift: Gait may not import Logging"])
        let unknown = SourceFile(path: "Core/Pose.swift", text: "")
        #expect(
            ImportTable.violations(in: unknown) == ["Core/Pose.swift: the target Core is not in the table"])
    }
}
