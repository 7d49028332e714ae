import Testing

@testable import Simulation

struct FigureRasterTests {
    private let red = SIMD3<Float>(255, 0, 0)

    private func raster(_ draw: (inout FigureRaster) -> Void) -> FigureRaster {
        var raster = FigureRaster(width: 60, height: 40)
        raster.begin(background: [UInt8](repeating: 0, count: 3 * 60 * 40))
        draw(&raster)
        return raster
    }

    private func redness(_ raster: FigureRaster, _ x: Int, _ y: Int) -> Int {
        Int(raster.pixels[3 * (y * raster.width + x)])
    }

    @Test("a line covers its breadth, with smooth edges, and nothing else")
    func line() {
        let raster = raster { $0.line(from: SIMD2(10, 20), to: SIMD2(50, 20), breadth: 4, color: red) }
        #expect(redness(raster, 30, 19) == 255 && redness(raster, 30, 20) == 255)
        #expect(redness(raster, 30, 16) == 0 && redness(raster, 30, 24) == 0)
        #expect(redness(raster, 4, 20) == 0 && redness(raster, 56, 20) == 0)
        #expect(raster.pixels[1] == 0)
    }

    @Test("a line without length is a dot")
    func dot() {
        let raster = raster { $0.line(from: SIMD2(20, 20), to: SIMD2(20, 20), breadth: 4, color: red) }
        #expect(redness(raster, 20, 20) == 255 && redness(raster, 24, 20) == 0)
    }

    @Test("a faint line blends with the background")
    func faint() {
        let raster = raster {
            $0.line(from: SIMD2(10, 20), to: SIMD2(50, 20), breadth: 4, color: red, opacity: 0.5)
        }
        #expect((126...128).contains(redness(raster, 30, 20)))
    }

    @Test("lines outside the image or with places that are not finite draw nothing")
    func outside() {
        let raster = raster { raster in
            raster.line(from: SIMD2(-500, -500), to: SIMD2(-100, -90), breadth: 9, color: red)
            raster.line(from: SIMD2(.nan, 0), to: SIMD2(10, 10), breadth: 3, color: red)
            raster.line(from: SIMD2(1e30, 0), to: SIMD2(.infinity, 10), breadth: 3, color: red)
        }
        #expect(raster.pixels.allSatisfy { $0 == 0 })
    }
}
