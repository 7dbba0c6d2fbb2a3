#include "store/segments/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/hash.h"
#include "store/segments/encoding.h"

namespace prova {
namespace {

tl::unexpected<Error> damaged(std::string message, std::uint64_t offset) {
  return fail(ErrorCode::kStore, std::move(message), FileOffset{offset});
}

Status check_header(ByteView file) {
  if (file.size() < kSegmentHeaderBytes + kSegmentFooterBytes) {
    return damaged(fmt::format("{} bytes, a segment has at least {}", file.size(),
                               kSegmentHeaderBytes + kSegmentFooterBytes), 0);
  }
  if (as_text(file.first(kSegmentMagic.size())) != kSegmentMagic) {
    return damaged(fmt::format("starts with {}, expected {}", to_hex(file.first(kSegmentMagic.size())), kSegmentMagic), 0);
  }
  const auto version = load<std::uint32_t>(file.data() + 8);
  if (version != kSegmentVersion) {
    return damaged(fmt::format("segment format {}, this version reads {}: learn the samples again, or export the index "
                               "with the version that wrote it and import it into a new one", version, kSegmentVersion), 8);
  }
  return {};
}

/// The size that the counts demand of a part, where it has one.
std::optional<std::uint64_t> demanded_size(const SegmentLayout& layout, SegmentPart part) {
  switch (part) {
    case SegmentPart::kGroupKeys: return layout.groups() * 4ULL;
    case SegmentPart::kGroupOffsets: return (layout.groups() + 1ULL) * 8;
    case SegmentPart::kFrequentKeys: return layout.frequent_keys() * 4;
    case SegmentPart::kPrintOffsets: return layout.functions * 4ULL;
    case SegmentPart::kSampleDirectory: return layout.samples * kSampleEntryBytes;
    default: return std::nullopt;
  }
}

Status check_extents(const SegmentLayout& layout, std::uint64_t footer) {
  std::uint64_t expected = kSegmentHeaderBytes;
  for (std::size_t i = 0; i < kSegmentParts; ++i) {
    const Extent& part = layout.parts[i];
    if (part.offset != expected || part.size > footer - expected) {
      return damaged(fmt::format("part {} is at {} with {} bytes, expected at {} before {}", i, part.offset, part.size,
                                 expected, footer), footer);
    }
    const auto size = demanded_size(layout, static_cast<SegmentPart>(i));
    if (size && part.size != *size) {
      return damaged(fmt::format("part {} has {} bytes, the counts demand {}", i, part.size, *size), footer);
    }
    expected += part.size;
  }
  if (layout.table_offset != expected || layout.blocks() * 8 != footer - layout.table_offset) {
    return damaged(fmt::format("checksum table is at {} with {} bytes, expected at {} with {}", layout.table_offset,
                               footer - std::min(footer, layout.table_offset), expected, layout.blocks() * 8), footer);
  }
  return {};
}

}  // namespace

std::string encode_header(std::uint32_t scheme) {
  std::string bytes(kSegmentMagic);
  append_fixed(bytes, kSegmentVersion);
  append_fixed(bytes, scheme);
  return bytes;
}

std::string encode_footer(const SegmentLayout& layout) {
  std::string bytes(kSegmentEndMagic);
  append_fixed(bytes, layout.version);
  append_fixed(bytes, layout.scheme);
  append_fixed(bytes, layout.functions);
  append_fixed(bytes, layout.samples);
  append_fixed(bytes, layout.keys);
  append_fixed(bytes, std::uint32_t{0});
  append_fixed(bytes, layout.postings);
  for (std::size_t c = 1; c < kKeyClasses; ++c) append_fixed(bytes, layout.classes[c]);
  for (const Extent& part : layout.parts) {
    append_fixed(bytes, part.offset);
    append_fixed(bytes, part.size);
  }
  append_fixed(bytes, layout.table_offset);
  append_fixed(bytes, layout.table_checksum);
  append_fixed(bytes, hash64(bytes));
  return bytes;
}

Result<SegmentLayout> decode_layout(ByteView file) {
  PROVA_TRY(check_header(file));
  const std::uint64_t at = file.size() - kSegmentFooterBytes;
  const ByteView footer = file.last(kSegmentFooterBytes);
  if (as_text(footer.first(kSegmentEndMagic.size())) != kSegmentEndMagic) {
    return damaged(fmt::format("footer starts with {}, expected {}: the file is cut short or damaged",
                               to_hex(footer.first(kSegmentEndMagic.size())), kSegmentEndMagic), at);
  }
  Cursor in(footer.subspan(kSegmentEndMagic.size()));
  SegmentLayout layout;
  layout.version = in.fixed<std::uint32_t>();
  layout.scheme = in.fixed<std::uint32_t>();
  layout.functions = in.fixed<std::uint32_t>();
  layout.samples = in.fixed<std::uint32_t>();
  layout.keys = in.fixed<std::uint32_t>();
  const auto reserved = in.fixed<std::uint32_t>();
  layout.postings = in.fixed<std::uint64_t>();
  layout.classes[0] = layout.keys;
  for (std::size_t c = 1; c < kKeyClasses; ++c) layout.classes[c] = in.fixed<std::uint32_t>();
  for (Extent& part : layout.parts) part = {in.fixed<std::uint64_t>(), in.fixed<std::uint64_t>()};
  layout.table_offset = in.fixed<std::uint64_t>();
  layout.table_checksum = in.fixed<std::uint64_t>();
  const auto checksum = in.fixed<std::uint64_t>();
  if (checksum != hash64(footer.first(kSegmentFooterBytes - 8))) {
    return damaged("checksum of the footer differs from its content", at);
  }
  if (layout.version != kSegmentVersion || reserved != 0 || layout.scheme != load<std::uint32_t>(file.data() + 12)) {
    return damaged("footer contradicts the header", at);
  }
  if (layout.functions > kMaxSegmentFunctions) {
    return damaged(fmt::format("{} functions, at most {} accepted", layout.functions, kMaxSegmentFunctions), at);
  }
  if (layout.keys > kMaxSegmentKeys || layout.frequent_keys() > layout.keys) {
    return damaged(fmt::format("{} keys, {} of them frequent, at most {} accepted", layout.keys, layout.frequent_keys(),
                               kMaxSegmentKeys), at);
  }
  PROVA_TRY(check_extents(layout, at));
  if (layout[SegmentPart::kExact].size % 8 != 0 || layout[SegmentPart::kExact].size / 8 > layout.functions) {
    return damaged(fmt::format("{} bytes of exact hashes for {} functions, 8 each expected at most",
                               layout[SegmentPart::kExact].size, layout.functions), at);
  }
  return layout;
}

}  // namespace prova
