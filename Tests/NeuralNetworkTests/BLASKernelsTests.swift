import Testing

@testable import NeuralNetwork

@Suite("BLAS kernels")
struct BLASKernelsTests {
    @Test("a processor with AVX2 and FMA runs Haswell's kernels, others what OpenBLAS chose")
    func family() {
        let head = "processor\t: 0\nmodel name\t: any\n"
        #expect(BLAS.fittingFamily(processor: head + "flags\t\t: fpu avx avx2 fma sse\n") == "Haswell")
        #expect(BLAS.fittingFamily(processor: head + "flags\t\t: fpu avx avx2 sse\n") == nil)
        #expect(BLAS.fittingFamily(processor: head + "Features\t: fp asimd\n") == nil)
        #expect(BLAS.fittingFamily(processor: "") == nil)
    }
}
