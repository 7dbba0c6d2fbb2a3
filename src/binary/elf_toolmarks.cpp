#include "binary/elf_toolmarks.h"

#include "base/hash.h"
#include "binary/toolmark_strings.h"

namespace prova::elf {
namespace {

constexpr std::uint32_t NT_GNU_BUILD_ID = 3, NT_GO_BUILD_ID = 4;
/// One string per compiler version that took part; statically linked programs have a handful.
constexpr std::size_t kMaxCommentStrings = 256;
/// Notes read per file, and bytes of a build id: the usual kinds have 8, 16 or 20, Go's has 83.
constexpr std::size_t kMaxNotes = 256;
constexpr std::size_t kMaxBuildId = 128;

/// gABI, "Note Section": name size, descriptor size, type, then both, padded to four bytes.
void read_notes(const ElfFile& elf, ByteView notes, FileOffset offset, BinaryImage& image) {
  const ByteReader in(notes, elf.in.order());
  std::uint64_t at = 0;
  for (std::size_t n = 0; n < kMaxNotes && in.contains(FileOffset{at}, 12); ++n) {
    const std::uint64_t name_size = in.value_at<std::uint32_t>(FileOffset{at});
    const std::uint64_t size = in.value_at<std::uint32_t>(FileOffset{at + 4});
    const auto type = in.value_at<std::uint32_t>(FileOffset{at + 8});
    const std::uint64_t body = at + 12 + (name_size + 3) / 4 * 4;
    const std::string_view owner = name_in(clamped(notes, at + 12, name_size), 0);
    const ByteView content = clamped(notes, body, size);
    if (content.size() < size) return;
    if (owner == "GNU" && type == NT_GNU_BUILD_ID && size <= kMaxBuildId) {
      add_toolmark(image, Toolmark::Kind::kBuildId, to_hex(content), offset + body);
    }
    if (owner == "Go" && type == NT_GO_BUILD_ID && size <= kMaxBuildId) {
      add_toolmark(image, Toolmark::Kind::kLanguage, "Go", offset + body);
      add_toolmark(image, Toolmark::Kind::kBuildId, std::string(as_text(content)), offset + body);
    }
    at = body + (size + 3) / 4 * 4;
  }
}

void read_comment(ByteView content, FileOffset offset, BinaryImage& image) {
  std::uint64_t at = 0;
  for (std::size_t n = 0; n < kMaxCommentStrings && at < content.size(); ++n) {
    const std::string_view text = name_in(content, at);
    add_compiler_string(image, text, offset + at);
    at += text.size() + 1;
  }
}

}  // namespace

void add_toolmarks(const ElfFile& elf, BinaryImage& image) {
  std::size_t note_tables = 0;
  bool comment_read = false;
  for (const SectionHeader& header : elf.sections) {
    if (header.type == SHT_NOTE && ++note_tables <= kMaxNotes) {
      read_notes(elf, elf.content_of(header), FileOffset{header.offset}, image);
    }
    if (!comment_read && elf.name_of(header) == ".comment") {
      comment_read = true;
      read_comment(elf.content_of(header), FileOffset{header.offset}, image);
    }
  }
  for (const Segment& segment : elf.segments) {
    if (segment.type != PT_NOTE || ++note_tables > kMaxNotes) continue;
    read_notes(elf, clamped(elf.bytes, segment.offset, segment.filesz), FileOffset{segment.offset}, image);
  }
  add_language_marks(image);
}

}  // namespace prova::elf
