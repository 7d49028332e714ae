import Foundation
import TestSupport
import Testing

@testable import gaitctl

struct InstalledModelsTests {
    @Test("are those beside the program, also where it is started by a link; otherwise those of /usr/local")
    func paths() throws {
        let folder = try TemporaryFolder()
        for name in ["usr/bin", "usr/share/gaitd/models"] {
            try FileManager.default.createDirectory(
                atPath: folder.path(name), withIntermediateDirectories: true)
        }
        let program = try folder.write("usr/bin/gaitctl", "")
        let link = folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: program)
        let installed = "/usr/local/share/gaitd/models/a.safetensors"
        #expect(InstalledModels.path("a.safetensors", program: program) == installed)
        let model = try folder.write("usr/share/gaitd/models/a.safetensors", "")
        #expect(InstalledModels.path("a.safetensors", program: program) == model)
        #expect(InstalledModels.path("a.safetensors", program: link) == model)
    }
}
