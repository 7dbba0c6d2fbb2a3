#include "content/text/prose.h"

#include <algorithm>
#include <array>
#include <string>

namespace prova {
namespace {

using namespace std::string_view_literals;

/// Sorted.
constexpr auto kDocumentEndings = std::to_array<std::string_view>(
    {"adoc", "asc", "asciidoc", "csv", "doc", "fodt", "ics", "md", "org", "rst", "tex", "text", "tsv", "txt", "vcf"});
/// Sorted. Source, build files, configuration, logs, and data that programs exchange.
constexpr auto kOtherEndings = std::to_array<std::string_view>(
    {"ada",  "am",    "asm",  "awk",  "bash", "bat",  "c",    "cc",   "cfg",  "cmake", "cmd",  "conf", "cpp",  "cs",   "css",  "cxx",  "d",    "desktop", "el",
     "erl",  "f90",   "frag", "go",   "h",    "hh",   "hpp",  "hs",   "hxx",  "in",    "inc",  "ini",  "ipp",  "java", "js",   "json", "jsx",  "kt",      "la",
     "lisp", "list",  "log",  "lua",  "m4",   "mjs",  "mk",   "ml",   "mli",  "nim",   "pas",  "pc",   "php",  "pl",   "plist", "pm",  "po",   "pot",     "proto",
     "ps1",  "py",    "pyi",  "pyx",  "qml",  "r",    "rb",   "rs",   "s",    "scala", "scss", "service", "sh", "sql", "svg",  "swift", "tcl", "toml",    "ts",
     "tsx",  "v",     "vb",   "vert", "vhd",  "vim",  "xml",  "xsd",  "xsl",  "yaml",  "yml",  "zsh"});
static_assert(std::is_sorted(kDocumentEndings.begin(), kDocumentEndings.end()) && std::is_sorted(kOtherEndings.begin(), kOtherEndings.end()));

/// Longer ones are in neither list.
constexpr std::size_t kLongestEnding = 8;

std::string ending_of(std::string_view name) {
  const std::size_t slash = name.find_last_of("/!");
  const std::string_view last = slash == std::string_view::npos ? name : name.substr(slash + 1);
  const std::size_t dot = last.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || last.size() - dot - 1 > kLongestEnding) return {};
  std::string ending(last.substr(dot + 1));
  std::transform(ending.begin(), ending.end(), ending.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return ending;
}

enum class Sign : std::uint8_t { kLetter, kDigit, kCode, kOther };

constexpr std::array<Sign, 256> kSigns = [] {
  std::array<Sign, 256> signs{};
  signs.fill(Sign::kOther);
  for (std::size_t c = 0; c < signs.size(); ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80 || c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (letter) signs[c] = Sign::kLetter;
    if (c >= '0' && c <= '9') signs[c] = Sign::kDigit;
  }
  for (const char c : "{}[]<>=_\\|&;#$@^~"sv) signs[static_cast<unsigned char>(c)] = Sign::kCode;
  return signs;
}();

}  // namespace

NamedText named_text(std::string_view name) {
  const std::string ending = ending_of(name);
  if (std::binary_search(kDocumentEndings.begin(), kDocumentEndings.end(), ending)) return NamedText::kDocument;
  return std::binary_search(kOtherEndings.begin(), kOtherEndings.end(), ending) ? NamedText::kOther : NamedText::kUnknown;
}

bool is_prose(std::string_view text) {
  const std::string_view sample = text.substr(0, kProseSample);
  if (sample.empty()) return false;
  std::array<std::size_t, 4> counts{};
  for (const char c : sample) ++counts[static_cast<std::size_t>(kSigns[static_cast<unsigned char>(c)])];
  const auto share = [&](Sign sign) { return static_cast<double>(counts[static_cast<std::size_t>(sign)]) / static_cast<double>(sample.size()); };
  return share(Sign::kLetter) >= kLeastLetters && share(Sign::kCode) <= kMostCodeSigns && share(Sign::kDigit) <= kMostDigits;
}

}  // namespace prova
