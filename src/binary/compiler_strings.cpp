#include "binary/compiler_strings.h"

#include <algorithm>
#include <cstring>

#include "base/byte_reader.h"

namespace prova {
namespace {

/// Longest text kept: "GCC: (x86_64-posix-seh, Built by MinGW-W64 project) 8.1.0" has 57 characters.
constexpr std::size_t kMaxText = 200;

/// What to look for, and what the text that begins there says.
struct Marker {
  std::string_view needle;
  Toolmark::Kind kind;
  std::string_view terminators;  ///< Besides every control character.
  std::string_view language;     ///< Evident from the marker, or empty.
};
/// GCC: .comment, .rdata$zzz (gcc/toplev.c, IDENT_ASM_OP). Clang: the same places,
/// CodeGenModule::EmitVersionIdentMetadata. rustc: .comment, and the source paths of the standard library in panic
/// messages. Go: cmd/link (buildid, buildinfo).
constexpr auto kMarkers = std::to_array<Marker>({
    {"GCC: (", Toolmark::Kind::kCompiler, "", ""},
    {"clang version ", Toolmark::Kind::kCompiler, "", ""},
    {"rustc version ", Toolmark::Kind::kCompiler, "", "Rust"},
    {"/rustc/", Toolmark::Kind::kCompiler, "\\", "Rust"},
    {"Go build ID: \"", Toolmark::Kind::kBuildId, "\"", "Go"},
    {"\xff Go buildinf:", Toolmark::Kind::kCompiler, "", "Go"},
});
constexpr std::size_t kRustcPath = 3, kGoBuildId = 4, kGoBuildInfo = 5;

struct Stretch {
  std::uint64_t begin, end;
};

/// The file ranges of all sections, merged, so that no byte is searched twice.
std::vector<Stretch> section_stretches(const BinaryImage& image) {
  std::vector<Stretch> stretches;
  for (const Section& section : image.sections) {
    const std::uint64_t begin = raw(section.offset);
    if (begin >= image.file.size()) continue;
    stretches.push_back({begin, begin + std::min<std::uint64_t>(section.content.size(), image.file.size() - begin)});
  }
  std::sort(stretches.begin(), stretches.end(), [](const Stretch& a, const Stretch& b) { return a.begin < b.begin; });
  std::vector<Stretch> merged;
  for (const Stretch& s : stretches) {
    if (!merged.empty() && s.begin <= merged.back().end) {
      merged.back().end = std::max(merged.back().end, s.end);
    } else {
      merged.push_back(s);
    }
  }
  return merged;
}

std::string_view printable(std::string_view text, std::string_view terminators) {
  std::size_t n = 0;
  while (n < std::min(text.size(), kMaxText) && text[n] >= ' ' && text[n] <= '~' &&
         terminators.find(text[n]) == std::string_view::npos) {
    ++n;
  }
  return text.substr(0, n);
}

/// Go 1.18 and later store the version inline, 32 bytes behind the magic, with its length as one byte before
/// (debug/buildinfo, flag bit 1 of byte 15).
std::string_view go_version(std::string_view at) {
  if (at.size() < 34 || (static_cast<unsigned char>(at[15]) & 2) == 0) return {};
  return printable(at.substr(33, static_cast<unsigned char>(at[32])), "");
}

/// "rustc commit <hash>" from "/rustc/<40 hex digits>/library/...".
std::string rustc_commit(std::string_view at) {
  constexpr std::size_t kHash = 40;
  const std::string_view commit = at.substr(kMarkers[kRustcPath].needle.size()).substr(0, kHash);
  if (commit.size() != kHash || commit.find_first_not_of("0123456789abcdef") != std::string_view::npos) return {};
  return "rustc commit " + std::string(commit);
}

std::string value_at(std::size_t marker, std::string_view at) {
  const std::string_view needle = kMarkers[marker].needle;
  if (marker == kGoBuildInfo) return std::string(go_version(at));
  if (marker == kRustcPath) return rustc_commit(at);
  const std::string_view rest = printable(at.substr(needle.size()), kMarkers[marker].terminators);
  if (rest.empty()) return {};
  return marker == kGoBuildId ? std::string(rest) : std::string(needle) + std::string(rest);
}

void add_once(BinaryImage& image, std::size_t first, Toolmark mark) {
  const bool known = std::any_of(image.toolmarks.begin() + static_cast<std::ptrdiff_t>(first), image.toolmarks.end(),
                                 [&](const Toolmark& t) { return t.kind == mark.kind && t.value == mark.value; });
  if (!known && image.toolmarks.size() < first + kMaxCompilerStrings) image.toolmarks.push_back(std::move(mark));
}

}  // namespace

void read_compiler_strings(BinaryImage& image) {
  const std::size_t first = image.toolmarks.size();
  for (const Stretch& stretch : section_stretches(image)) {
    const std::string_view text = as_text(clamped(image.file, stretch.begin, stretch.end - stretch.begin));
    for (std::size_t m = 0; m < kMarkers.size(); ++m) {
      const std::string_view needle = kMarkers[m].needle;
      for (std::size_t from = 0; from < text.size();) {
        const void* hit = ::memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
        if (hit == nullptr) break;
        const auto at = static_cast<std::size_t>(static_cast<const char*>(hit) - text.data());
        const FileOffset offset{stretch.begin + at};
        std::string value = value_at(m, text.substr(at));
        if (!value.empty()) {
          add_once(image, first, {kMarkers[m].kind, std::move(value), offset});
          if (!kMarkers[m].language.empty()) {
            add_once(image, first, {Toolmark::Kind::kLanguage, std::string(kMarkers[m].language), offset});
          }
        }
        from = at + needle.size();
      }
    }
  }
}

}  // namespace prova
