#include "content/container/office97.h"

#include <utf8proc.h>

#include <algorithm>

#include "content/container/markup.h"
#include "content/container/ole.h"

namespace prova {
namespace {

void append_utf8(std::string& out, std::int32_t code_point) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto size = utf8proc_encode_char(code_point, bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(std::max<utf8proc_ssize_t>(size, 0)));
}

/// A property of a .msg ([MS-OXMSG] 2.4): as UTF-16, or in a code page.
std::string property(const OleStorage& storage, std::string_view id, const ExtractionBudget& budget) {
  const std::string name = "__substg1.0_" + std::string(id);
  const std::string wide = storage.stream(name + "001F", budget);
  if (!wide.empty()) return utf8_of_utf16le(wide);
  return utf8_of_windows_1252(storage.stream(name + "001E", budget));
}

std::string one_of(std::string first, std::string second) { return first.empty() ? std::move(second) : std::move(first); }

void add_header(MailMessage& message, const char* name, const std::string& value) {
  if (!value.empty()) message.headers += std::string(name) + ": " + value + "\n";
}

/// [MS-OXPROPS]: message id, sender, subject, body as text or HTML; attachments lie in storages of their own.
MailMessage read_outlook_message(const OleStorage& root, const ExtractionBudget& budget) {
  MailMessage message;
  message.message_id = property(root, "1035", budget);
  if (message.message_id.starts_with('<') && message.message_id.ends_with('>')) message.message_id = message.message_id.substr(1, message.message_id.size() - 2);
  add_header(message, "From", property(root, "0C1A", budget));
  add_header(message, "Subject", property(root, "0037", budget));
  message.text = property(root, "1000", budget);
  if (message.text.empty()) message.text = html_text(one_of(root.stream("__substg1.0_10130102", budget), property(root, "1013", budget)));
  for (const std::string& name : root.names()) {
    if (!name.starts_with("__attach_version1.0_")) continue;
    const auto attachment = root.storage(name);
    if (!attachment) continue;
    std::string bytes = attachment->stream("__substg1.0_37010102", budget);
    if (bytes.empty()) continue;
    message.attachments.push_back({one_of(one_of(property(*attachment, "3707", budget), property(*attachment, "3704", budget)), "unnamed part"), std::move(bytes), false});
  }
  return message;
}

}  // namespace

std::string utf8_of_utf16le(std::string_view bytes) {
  const auto unit = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]) | static_cast<unsigned char>(bytes[i + 1]) << 8); };
  std::string out;
  out.reserve(bytes.size());
  for (std::size_t i = 0; i + 2 <= bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    if (c >= 0xd800 && c < 0xdc00 && i + 4 <= bytes.size() && unit(i + 2) >= 0xdc00 && unit(i + 2) < 0xe000) {
      c = 0x1'0000 + ((c - 0xd800) << 10) + (unit(i + 2) - 0xdc00);
      i += 2;
    }
    append_utf8(out, c >= 0xd800 && c < 0xe000 ? 0xfffd : static_cast<std::int32_t>(c));
  }
  return out;
}

std::string utf8_of_windows_1252(std::string_view bytes) {
  /// https://encoding.spec.whatwg.org/index-windows-1252.txt, 0x80 to 0x9f.
  constexpr std::array<std::uint16_t, 32> kHigh = {0x20ac, 0x81,   0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
                                                   0x2039, 0x0152, 0x8d,   0x017d, 0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
                                                   0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d,   0x017e, 0x0178};
  std::string out;
  out.reserve(bytes.size());
  for (const char raw : bytes) {
    const auto c = static_cast<unsigned char>(raw);
    if (c < 0x80) out += raw;
    else append_utf8(out, c < 0xa0 ? kHigh[c - 0x80U] : c);
  }
  return out;
}

Result<Office97Document> read_office97(ByteView file, const ExtractionBudget& budget) {
  PROVA_TRY(root, OleStorage::open(file));
  Office97Document document;
  const auto with = [&](Result<std::string> text) -> Result<Office97Document> {
    if (!text) return tl::unexpected<Error>(std::move(text).error());
    document.text = *std::move(text);
    return std::move(document);
  };
  if (root.has("WordDocument")) {
    const std::string stream = root.stream("WordDocument", budget);
    return with(word97_text(as_bytes(stream), as_bytes(root.stream(word97_table(as_bytes(stream)), budget))));
  }
  for (const char* name : {"Workbook", "Book"}) {
    if (root.has(name)) return with(excel97_text(as_bytes(root.stream(name, budget))));
  }
  if (root.has("PowerPoint Document")) return with(powerpoint97_text(as_bytes(root.stream("PowerPoint Document", budget))));
  if (root.has("__properties_version1.0")) document.mail = read_outlook_message(root, budget);
  return document;
}

}  // namespace prova
