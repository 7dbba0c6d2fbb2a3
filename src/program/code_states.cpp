#include "program/code_states.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "program/declared_ranges.h"

namespace prova {
namespace {

/// Words looked at, and of these how many must be unconditional A32 instructions. In Debian's armhf C library (Thumb)
/// and the same sources compiled with -marm, windows of 8 words inside functions hold 0 to 3 and 4 to 8 such words.
constexpr std::uint64_t kGuessWords = 8;
constexpr std::uint64_t kHalf = 2;

enum class Mark : std::uint8_t { kNone, kA32, kThumb, kData };

/// ELF for the Arm Architecture (AAELF32), "Mapping symbols": $a, $t, $d, or those followed by a dot and anything.
Mark mark_of(const Symbol& symbol) {
  const std::string_view name = symbol.name;
  if (name.size() < 2 || name[0] != '$' || (name.size() > 2 && name[2] != '.')) return Mark::kNone;
  return name[1] == 'a' ? Mark::kA32 : name[1] == 't' ? Mark::kThumb : name[1] == 'd' ? Mark::kData : Mark::kNone;
}

void mark_range(FlowGraph& graph, CodeIndex begin, CodeIndex end, Mark mark) {
  if (mark == Mark::kData) return graph.add_fact(begin, end - begin, kPaddingByte);
  for (CodeIndex i = begin; i < end; i += 2) graph.set_state(i, mark == Mark::kThumb);
}

}  // namespace

bool looks_like_thumb(VirtualAddress address, ByteView bytes) {
  if (raw(address) % 4 != 0) return true;
  const ByteReader in(bytes);
  std::uint64_t always = 0, words = 0;
  for (; words < kGuessWords && in.contains(FileOffset{words * 4}, 4); ++words) {
    always += in.value_at<std::uint32_t>(FileOffset{words * 4}) >> 28U == 0xe;
  }
  return always * kHalf < std::max<std::uint64_t>(words, 1);
}

void mark_code_states(FlowGraph& graph) {
  const BinaryImage& image = graph.image();
  if (image.arch != Arch::kArm) return;
  const bool windows = image.format == Format::kPe || image.format == Format::kCoffObject;
  if (windows) {  // Windows runs Thumb-2 only.
    for (const CodeRegion& region : graph.code().regions()) mark_range(graph, region.first, region.end(), Mark::kThumb);
    return;
  }
  for (const CodeRegion& region : graph.code().regions()) {  // Import stubs are A32; a Thumb entry is `bx pc`, see below.
    if (is_stub_section(image.sections[region.section].name)) mark_range(graph, region.first, region.end(), Mark::kA32);
  }
  const bool full = std::any_of(image.symbols.begin(), image.symbols.end(), [](const Symbol& s) { return mark_of(s) == Mark::kData; });
  Mark mark = Mark::kNone;
  CodeIndex begin = kNowhere;
  const auto close = [&](CodeIndex end) {
    if (full && begin != kNowhere && end > begin) mark_range(graph, begin, end, mark);
  };
  for (const Symbol& symbol : image.symbols) {
    const Mark next = mark_of(symbol);
    const CodeIndex index = graph.code().index_of(symbol.address);
    if (next == Mark::kNone || index == kNowhere) continue;
    if (next == Mark::kThumb) graph.set_state(index, true);
    close(begin == kNowhere ? 0 : std::min(index, graph.code().region_of(begin).end()));
    mark = next;
    begin = index;
  }
  if (begin != kNowhere) close(graph.code().region_of(begin).end());
  for (const Symbol& symbol : image.symbols) {  // A function symbol without the Thumb bit.
    const CodeIndex index = graph.code().index_of(symbol.address);
    if (symbol.kind == Symbol::Kind::kFunction && index != kNowhere) graph.set_state(index, false);
  }
}

}  // namespace prova
