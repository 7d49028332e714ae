#include "include/cfloatingpoint.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

// MXCSR's bits 15, flush to zero, and 6, denormals are zero.
uint64_t cfloatingpoint_flush_denormals(void) {
    unsigned int mode = _mm_getcsr();
    _mm_setcsr(mode | 0x8040);
    return mode;
}

void cfloatingpoint_restore(uint64_t mode) { _mm_setcsr((unsigned int)mode); }

#elif defined(__aarch64__)

// FPCR's bit 24, flush to zero, covers operands and results.
uint64_t cfloatingpoint_flush_denormals(void) {
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    __asm__ volatile("msr fpcr, %0" : : "r"(mode | (UINT64_C(1) << 24)));
    return mode;
}

void cfloatingpoint_restore(uint64_t mode) { __asm__ volatile("msr fpcr, %0" : : "r"(mode)); }

#else

uint64_t cfloatingpoint_flush_denormals(void) { return 0; }

void cfloatingpoint_restore(uint64_t mode) { (void)mode; }

#endif
