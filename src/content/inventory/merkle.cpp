#include "content/inventory/merkle.h"

namespace prova {
namespace {

constexpr std::byte kLeaf{0}, kInner{1};

}  // namespace

Sha256 merkle_leaf(ByteView content) { return Sha256Stream().add(ByteView(&kLeaf, 1)).add(content).finish(); }

Sha256 merkle_root(std::span<const Sha256> leaves) {
  Sha256Stream hash;
  if (leaves.empty()) return hash.finish();
  // RFC 6962 splits at the largest power of two below n. Pairing neighbours level by level, with a lone last node carried
  // up unchanged, gives the same tree.
  std::vector<Sha256> level(leaves.begin(), leaves.end());
  while (level.size() > 1) {
    std::size_t out = 0;
    for (std::size_t i = 0; i < level.size(); i += 2) {
      if (i + 1 == level.size()) {
        level[out++] = level[i];
        continue;
      }
      hash.add(ByteView(&kInner, 1)).add(std::as_bytes(std::span(level[i].bytes))).add(std::as_bytes(std::span(level[i + 1].bytes)));
      level[out++] = hash.finish();
    }
    level.resize(out);
  }
  return level.front();
}

}  // namespace prova
