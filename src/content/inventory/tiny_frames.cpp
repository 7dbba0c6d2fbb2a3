#include "content/inventory/tiny_frames.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

constexpr std::string_view kContext = "prova tiny frame 1";

/// Nonce of a frame: HMAC(key, id || ordinal). The id differs for different content, the ordinal within it.
Bytes16 nonce_of(const Bytes32& key, const Bytes16& id, std::uint64_t ordinal) {
  std::string message(reinterpret_cast<const char*>(id.data()), id.size());
  message.append(reinterpret_cast<const char*>(&ordinal), sizeof ordinal);
  const Bytes32 code = hmac_sha256(key, as_bytes(message));
  Bytes16 nonce{};
  std::copy_n(code.begin(), 12, nonce.begin());
  return nonce;
}

}  // namespace

std::string seal_tiny_frames(std::string_view plain, const Bytes32& key, const Bytes16& inventory_id) {
  std::string frames;
  for (std::uint64_t ordinal = 0; !plain.empty(); ++ordinal) {
    const std::string_view part = plain.substr(0, kTinyFrameBytes);
    frames += aes256_gcm_seal(key, nonce_of(key, inventory_id, ordinal), part, kContext);
    plain.remove_prefix(part.size());
  }
  return frames;
}

Result<std::string> open_tiny_frame(std::string_view frames, std::uint64_t ordinal, const Bytes32& key, const Bytes16& inventory_id) {
  constexpr std::uint64_t kSealed = kTinyFrameBytes + kFrameOverhead;
  if (ordinal > frames.size() / kSealed || ordinal * kSealed >= frames.size()) {
    return fail(ErrorCode::kStore, fmt::format("no frame {} of tiny files", ordinal));
  }
  const std::string_view sealed = frames.substr(static_cast<std::size_t>(ordinal * kSealed), kSealed);
  auto plain = aes256_gcm_open(key, nonce_of(key, inventory_id, ordinal), sealed, kContext);
  if (!plain) return fail(ErrorCode::kStore, fmt::format("frame {} of tiny files does not decrypt", ordinal));
  return *std::move(plain);
}

}  // namespace prova
