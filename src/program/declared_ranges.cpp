#include "program/declared_ranges.h"

#include <algorithm>

namespace prova {
namespace {

constexpr int kMaxChain = 32;  ///< Chained .pdata entries: a compiler writes one or two, a cycle never ends.

}  // namespace

bool is_stub_section(std::string_view name) {
  return name == ".plt" || name == ".iplt" || name.starts_with(".plt.") || name == "__stubs" || name == "__auth_stubs" ||
         name == "__symbol_stub1" || name == "__picsymbolstub1" || name == "__stub_helper";
}

DeclaredRanges::DeclaredRanges(const BinaryImage& image, const CodeMap& code) {
  const auto add = [&](VirtualAddress begin, std::uint64_t size, std::optional<VirtualAddress> parent,
                       bool enters_with_frame) {
    const CodeIndex index = code.index_of(begin);
    if (index == kNowhere || size == 0) return;
    const CodeRegion& region = code.region_of(index);
    if (is_stub_section(image.sections[region.section].name)) return;
    const CodeIndex end = index + static_cast<CodeIndex>(std::min<std::uint64_t>(size, region.end() - index));
    const CodeIndex root = parent ? code.index_of(*parent) : index;
    ranges_.push_back({index, end, root == kNowhere ? index : root, enters_with_frame});
  };
  for (const UnwindRange& range : image.unwind) add(range.begin, range.size, range.parent, range.enters_with_frame);
  const std::size_t unwind_count = ranges_.size();
  const auto by_begin = [](const DeclaredRange& a, const DeclaredRange& b) { return a.begin < b.begin; };
  std::stable_sort(ranges_.begin(), ranges_.end(), by_begin);
  for (const Symbol& symbol : image.symbols) {
    if (symbol.kind != Symbol::Kind::kFunction || symbol.size == 0) continue;
    const CodeIndex index = code.index_of(symbol.address);
    if (index == kNowhere) continue;
    const auto next = std::upper_bound(ranges_.begin(), ranges_.begin() + static_cast<std::ptrdiff_t>(unwind_count), index,
                                       [](CodeIndex i, const DeclaredRange& r) { return i < r.begin; });
    const bool inside = next != ranges_.begin() && index < (next - 1)->end;
    if (!inside) add(symbol.address, symbol.size, std::nullopt, false);
  }
  std::stable_sort(ranges_.begin(), ranges_.end(), by_begin);
  ranges_.erase(std::unique(ranges_.begin(), ranges_.end(),
                            [](const DeclaredRange& a, const DeclaredRange& b) { return a.begin == b.begin; }),
                ranges_.end());
  for (std::size_t i = 0; i + 1 < ranges_.size(); ++i) ranges_[i].end = std::min(ranges_[i].end, ranges_[i + 1].begin);
  for (DeclaredRange& range : ranges_) {  // Follow chains to their first range.
    for (int hop = 0; hop < kMaxChain && range.root != range.begin; ++hop) {
      const DeclaredRange* parent = find(range.root);
      if (parent == nullptr || parent->root == range.root || parent == &range) break;
      range.root = parent->root;
    }
    if (find(range.root) == nullptr) range.root = range.begin;
  }
}

const DeclaredRange* DeclaredRanges::find(CodeIndex index) const {
  const auto it = std::upper_bound(ranges_.begin(), ranges_.end(), index,
                                   [](CodeIndex i, const DeclaredRange& r) { return i < r.begin; });
  if (it == ranges_.begin() || index >= (it - 1)->end) return nullptr;
  return &*(it - 1);
}

void DeclaredRanges::merge(const std::map<CodeIndex, CodeIndex>& parts) {
  for (DeclaredRange& range : ranges_) {
    const auto whole = parts.find(range.root);
    if (whole != parts.end()) range.root = whole->second;
  }
}

}  // namespace prova
