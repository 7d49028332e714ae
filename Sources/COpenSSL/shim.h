#pragma once
#include <openssl/evp.h>

/// Writes the SHA-256 of `count` bytes as 64 lowercase hexadecimal digits, without a final zero. 1 on success.
static inline int gaitd_sha256(const void *bytes, size_t count, unsigned char *text) {
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (EVP_Digest(bytes, count, digest, &size, EVP_sha256(), NULL) != 1 || size != 32) return 0;
    for (unsigned int i = 0; i < size; i++) {
        text[2 * i] = (unsigned char)digits[digest[i] >> 4];
        text[2 * i + 1] = (unsigned char)digits[digest[i] & 15];
    }
    return 1;
}
