#include "content/inventory/block_key_avx2.h"

#if defined(__x86_64__)
// Compiled with -mavx2 (CMakeLists.txt): the header's own vector code is chosen at compile time.
#define XXH_INLINE_ALL
#include <xxhash.h>
#endif

namespace prova {

#if defined(__x86_64__)
namespace {
std::uint64_t avx2_block(const std::byte* bytes, const std::uint8_t* secret) {
  constexpr std::size_t kBlock = 4096, kSecret = 192;
  return XXH3_64bits_withSecret(bytes, kBlock, secret, kSecret);
}
}  // namespace
BlockHashFunction avx2_block_hash() { return __builtin_cpu_supports("avx2") ? avx2_block : nullptr; }
#else
BlockHashFunction avx2_block_hash() { return nullptr; }
#endif

}  // namespace prova
