#pragma once
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

// EVP_CIPHER_CTX_ctrl takes a void pointer that is read or written by what the command says. Each function below is
// one command with the type that it has.

/// Sets the length of the IV of a GCM cipher, which is 12 bytes otherwise; before the key is set.
static inline int callback_gcm_set_iv_length(EVP_CIPHER_CTX *context, int length) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, length, NULL);
}

/// Reads the tag once the encryption is final.
static inline int callback_gcm_get_tag(EVP_CIPHER_CTX *context, unsigned char *tag, int length) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, length, tag);
}

/// Sets the tag that the decryption has to find; OpenSSL copies it.
static inline int callback_gcm_set_tag(EVP_CIPHER_CTX *context, const unsigned char *tag, int length) {
    return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, length, (void *)tag);
}
