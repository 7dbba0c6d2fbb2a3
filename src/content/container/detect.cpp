#include "content/container/detect.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/ascii.h"
#include "content/text/normalise.h"

namespace prova {
namespace {

constexpr std::uint64_t kLookAt = 64 * 1024;

struct Magic {
  std::string_view bytes;
  std::size_t offset;
  ContentFormat format;
};
using namespace std::string_view_literals;
/// PKWARE APPNOTE 4.3.7; 7zFormat.txt; RAR 4 and 5 notes; RFC 1952, 8878; xz format 1.2; bzip2; ISO 32000; [MS-PST]; RTF 1.9; [MS-CFB] 2.2.
constexpr auto kMagics = std::to_array<Magic>({
    {"PK\x03\x04"sv, 0, ContentFormat::kArchive},
    {"PK\x05\x06"sv, 0, ContentFormat::kArchive},
    {"7z\xbc\xaf\x27\x1c"sv, 0, ContentFormat::kArchive},
    {"Rar!\x1a\x07"sv, 0, ContentFormat::kArchive},
    {"\x1f\x8b\x08"sv, 0, ContentFormat::kCompressed},
    {"BZh"sv, 0, ContentFormat::kCompressed},
    {"\xfd" "7zXZ\0"sv, 0, ContentFormat::kCompressed},
    {"\x28\xb5\x2f\xfd"sv, 0, ContentFormat::kCompressed},
    {"%PDF-"sv, 0, ContentFormat::kPdf},
    {"!BDN"sv, 0, ContentFormat::kPst},
    {"{\\rtf"sv, 0, ContentFormat::kRtf},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, 0, ContentFormat::kOffice97},
});

bool is_tar(std::string_view head) { return head.size() >= 512 && head.substr(257, 5) == "ustar"; }

/// Office Open XML names [Content_Types].xml first or nearly so; OpenDocument stores "mimetype" first (ODF 1.3 part 2, 3.3).
bool is_office(std::string_view head) {
  // Between the name and the content some writers put an extra field of a few dozen bytes.
  constexpr std::size_t kStart = 160;
  if (head.size() > 60 && head.substr(30, 8) == "mimetype") {
    return head.substr(38, kStart).find("application/vnd.oasis.opendocument") != std::string_view::npos;
  }
  return head.find("[Content_Types].xml") != std::string_view::npos;
}

/// A mail starts with header fields (RFC 5322, 2.2); one that only mail has must be among the first.
bool is_mail(std::string_view head) {
  constexpr auto kMailOnly = std::to_array<std::string_view>({"received:", "return-path:", "message-id:", "delivered-to:",
                                                              "mime-version:", "from:", "dkim-signature:", "x-mozilla-status:"});
  unsigned fields = 0;
  bool mail = false;
  for (std::size_t at = 0; at < head.size() && fields < 64;) {
    const std::size_t end = std::min(head.find('\n', at), head.size());
    const std::string_view line = head.substr(at, end - at);
    at = end + 1;
    if (line.empty() || line == "\r") break;
    if (line[0] == ' ' || line[0] == '\t') {
      if (fields == 0) return false;
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon > 76 || line.find_first_of(" \t<>") < colon) return false;
    const std::string name = ascii_lower(line.substr(0, colon + 1));
    mail = mail || std::find(kMailOnly.begin(), kMailOnly.end(), name) != kMailOnly.end();
    ++fields;
  }
  return mail && fields >= 2;
}

bool is_mailbox(std::string_view head) {
  if (!head.starts_with("From ")) return false;
  const std::size_t end = head.find('\n');
  return end != std::string_view::npos && is_mail(head.substr(end + 1));
}

bool is_html(std::string_view head) {
  const std::string start = ascii_lower(head.substr(0, 1024));
  const std::size_t first = start.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (first == std::string::npos || start[first] != '<') return false;
  return start.find("<html") != std::string::npos || start.find("<!doctype html") != std::string::npos;
}

}  // namespace

std::string_view name_of(ContentFormat format) {
  constexpr auto kNames = std::to_array<std::string_view>(
      {"unknown", "text", "html", "rtf", "archive", "compressed", "office", "pdf", "mail", "mailbox", "pst", "office-97"});
  return kNames[static_cast<std::size_t>(format)];
}

std::string_view text_of(const ExtractedItem& item) {
  if (item.format != ContentFormat::kText) return item.text;
  if (item.kind == ItemKind::kComponent) return {};
  return item.text.empty() ? std::string_view(item.bytes) : std::string_view(item.text);
}

ContentFormat detect_format(ByteView bytes) {
  const std::string_view head = as_text(clamped(bytes, 0, kLookAt));
  for (const Magic& magic : kMagics) {
    if (head.size() < magic.offset || !head.substr(magic.offset).starts_with(magic.bytes)) continue;
    if (magic.format != ContentFormat::kArchive || !head.starts_with("PK")) return magic.format;
    return is_office(head) ? ContentFormat::kOffice : ContentFormat::kArchive;
  }
  if (is_tar(head)) return ContentFormat::kArchive;
  if (head.substr(0, 1024).find("%PDF-") != std::string_view::npos) return ContentFormat::kPdf;
  if (!looks_like_text(bytes)) return utf16_to_utf8(clamped(bytes, 0, 512)).empty() ? ContentFormat::kUnknown : ContentFormat::kText;
  if (is_mailbox(head)) return ContentFormat::kMailbox;
  if (is_mail(head)) return ContentFormat::kMail;
  return is_html(head) ? ContentFormat::kHtml : ContentFormat::kText;
}

}  // namespace prova
