#pragma once
// What the extraction child says to its parent: frames over a pipe. The child is not trusted: a parser that was taken over
// can send anything, so every length is checked before it is believed.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "content/container/item.h"
#include "content/container/walk.h"

namespace prova {

enum class FrameKind : std::uint8_t { kEnter = 1, kLeave = 2, kItem = 3, kDefect = 4, kDone = 5 };

/// One frame: kind u8, size u32, payload of that size. Little-endian.
struct FrameHeader {
  FrameKind kind = FrameKind::kDone;
  std::uint32_t size = 0;
};
constexpr std::size_t kFrameHeaderBytes = 5;
/// An item's bytes (512 MiB) and its text (at most kMaxPdfText) fit with room; a larger frame is a lie.
constexpr std::uint32_t kMaxFrameBytes = 2'000'000'000;

[[nodiscard]] std::string encode_header(FrameHeader header);
/// Errors: kMalformed (an unknown kind); kLimit. REQUIRES kFrameHeaderBytes bytes.
[[nodiscard]] Result<FrameHeader> decode_header(std::string_view bytes);

/// An item without its bytes: they follow the returned text in the frame.
[[nodiscard]] std::string encode_item(const ExtractedItem& item);
/// The item with `bytes` as what follows. Errors: kTruncated; kMalformed.
[[nodiscard]] Result<ExtractedItem> decode_item(std::string_view payload);

[[nodiscard]] std::string encode_entry(std::uint32_t id, std::string_view path);
struct EnteredItem {
  std::uint32_t id = 0;
  std::string path;
};
[[nodiscard]] Result<EnteredItem> decode_entry(std::string_view payload);

[[nodiscard]] std::string encode_defect(const ExtractionDefect& defect);
[[nodiscard]] Result<ExtractionDefect> decode_defect(std::string_view payload);

/// What the parent asks for: a path to open, the name to give it, and what not to parse.
struct ExtractionRequest {
  std::string path, name;
  std::vector<SkippedItem> skipped;
};
[[nodiscard]] std::string encode_request(const ExtractionRequest& request);
[[nodiscard]] Result<ExtractionRequest> decode_request(std::string_view payload);

}  // namespace prova
