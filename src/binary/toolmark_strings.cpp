#include "binary/toolmark_strings.h"

#include <algorithm>
#include <cstring>

#include "binary/byte_cursor.h"

namespace prova {
namespace {

/// Compiler strings are one line; longer ones are somebody's joke.
constexpr std::size_t kMaxToolmark = 256;
/// Toolmarks kept per file: a program linked from many compilers' objects has some dozens.
constexpr std::size_t kMaxToolmarks = 512;

/// Offset of the first occurrence of `needle` in the file. O(file size).
std::optional<std::uint64_t> find_in(ByteView file, std::string_view needle) {
  const void* hit = memmem(file.data(), file.size(), needle.data(), needle.size());
  if (hit == nullptr) return std::nullopt;
  return static_cast<std::uint64_t>(static_cast<const std::byte*>(hit) - file.data());
}

/// Go's build info: 14 bytes of magic, pointer size, flags; from Go 1.18 on (flag 2) the version follows at 32 as a
/// length and text. Source: Go's documentation of debug/buildinfo and its file format comment.
void add_go(BinaryImage& image) {
  // Written in two pieces so that prova itself is not taken for a Go program.
  const std::string magic = std::string("\xff") + " Go buildinf" + ":";
  const auto at = find_in(image.file, magic);
  if (!at) return;
  std::string version;
  ByteCursor cursor(ByteReader(image.file), *at + 32);
  const auto flags = ByteReader(image.file).value_at<std::uint8_t>(FileOffset{*at + 15});
  if ((flags & 2U) != 0) {
    const auto length = cursor.uleb128();
    if (length && *length > 0 && *length < kMaxToolmark) {
      version = as_text(clamped(image.file, cursor.position(), *length));
    }
  }
  const bool plausible = version.starts_with("go");
  add_toolmark(image, Toolmark::Kind::kLanguage, "Go", FileOffset{*at});
  if (plausible) add_toolmark(image, Toolmark::Kind::kCompiler, version, FileOffset{*at});
}

void add_rust(BinaryImage& image) {
  constexpr std::size_t kCommitLength = 40;  // A git object name in hex.
  const std::string prefix = std::string("/rust") + "c/";
  const auto at = find_in(image.file, prefix);
  if (!at) return;
  const std::string_view commit = as_text(clamped(image.file, *at + prefix.size(), kCommitLength));
  const bool hex = commit.size() == kCommitLength && commit.find_first_not_of("0123456789abcdef") == commit.npos;
  if (!hex) return;
  add_toolmark(image, Toolmark::Kind::kLanguage, "Rust", FileOffset{*at});
  add_toolmark(image, Toolmark::Kind::kCompiler, "rustc commit " + std::string(commit), FileOffset{*at});
}

}  // namespace

void add_toolmark(BinaryImage& image, Toolmark::Kind kind, std::string value, FileOffset offset) {
  const bool known = std::any_of(image.toolmarks.begin(), image.toolmarks.end(),
                                 [&](const Toolmark& t) { return t.kind == kind && t.value == value; });
  if (!known && image.toolmarks.size() < kMaxToolmarks) image.toolmarks.push_back({kind, std::move(value), offset});
}

void add_compiler_string(BinaryImage& image, std::string_view text, FileOffset offset) {
  text = text.substr(0, kMaxToolmark);
  if (text.empty()) return;
  constexpr std::string_view kLinker = "Linker: ";
  if (text.starts_with(kLinker)) {
    return add_toolmark(image, Toolmark::Kind::kLinkerVersion, std::string(text.substr(kLinker.size())), offset);
  }
  add_toolmark(image, Toolmark::Kind::kCompiler, std::string(text), offset);
  if (text.starts_with("rustc version")) add_toolmark(image, Toolmark::Kind::kLanguage, "Rust", offset);
}

void add_language_marks(BinaryImage& image) {
  add_go(image);
  add_rust(image);
}

}  // namespace prova
