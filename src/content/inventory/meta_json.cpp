#include "content/inventory/meta_json.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <nlohmann/json.hpp>

#include "content/text/winnow.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

/// Length of the valid UTF-8 sequence at the start of `text`, 0 when there is none (RFC 3629: no surrogates, no overlong forms).
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto trailing = [&](std::size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return trailing(1) ? 2 : 0;
  if (lead >= 0xe0 && lead < 0xf0) {
    if (!trailing(1) || !trailing(2) || (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xed && byte(1) >= 0xa0)) return 0;
    return 3;
  }
  if (lead >= 0xf0 && lead < 0xf5) {
    if (!trailing(1) || !trailing(2) || !trailing(3) || (lead == 0xf0 && byte(1) < 0x90) || (lead == 0xf4 && byte(1) >= 0x90)) return 0;
    return 4;
  }
  return 0;
}

/// U+F780 .. U+F7FF in UTF-8: EF 9E 80 .. EF 9F BF.
bool is_escape(std::string_view sequence) {
  return sequence.size() == 3 && sequence[0] == '\xef' && (sequence[1] == '\x9e' || sequence[1] == '\x9f');
}

void put_escaped(std::string& out, char raw_byte) {
  const unsigned low = static_cast<unsigned char>(raw_byte) & 0x7f;  // Only bytes of 0x80 and above come here.
  out += '\xef';
  out += static_cast<char>(0x9e + (low >> 6));
  out += static_cast<char>(0x80 + (low & 0x3f));
}

std::string text_of(const Json& object, const char* name) { return object.at(name).get<std::string>(); }

Result<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  const char* end = text.data() + at + count;
  const auto [stop, error] = std::from_chars(text.data() + at, end, value);
  if (error != std::errc{} || stop != end) return fail(ErrorCode::kMalformed, "time is not YYYY-MM-DDThh:mm:ssZ");
  return value;
}

}  // namespace

std::string json_name(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = sequence_length(bytes);
    const std::string_view sequence = bytes.substr(0, length == 0 ? 1 : length);
    if (length == 0 || is_escape(sequence)) {
      for (const char c : sequence) put_escaped(out, c);
    } else {
      out += sequence;
    }
    bytes.remove_prefix(sequence.size());
  }
  return out;
}

std::string name_bytes(std::string_view json) {
  std::string out;
  while (!json.empty()) {
    const std::size_t length = std::max<std::size_t>(sequence_length(json), 1);
    const std::string_view sequence = json.substr(0, length);
    if (is_escape(sequence)) {
      out += static_cast<char>(0x80 | (static_cast<unsigned char>(sequence[1]) - 0x9e) << 6 | (sequence[2] & 0x3f));
    } else {
      out += sequence;
    }
    json.remove_prefix(sequence.size());
  }
  return out;
}

Result<std::int64_t> unix_time(std::string_view rfc3339) {
  if (rfc3339.size() != 20 || rfc3339[10] != 'T' || rfc3339[19] != 'Z') {
    return fail(ErrorCode::kMalformed, fmt::format("time is '{}', expected YYYY-MM-DDThh:mm:ssZ", rfc3339));
  }
  PROVA_TRY(year, digits(rfc3339, 0, 4));
  PROVA_TRY(month, digits(rfc3339, 5, 2));
  PROVA_TRY(day, digits(rfc3339, 8, 2));
  PROVA_TRY(hour, digits(rfc3339, 11, 2));
  PROVA_TRY(minute, digits(rfc3339, 14, 2));
  PROVA_TRY(second, digits(rfc3339, 17, 2));
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return fail(ErrorCode::kMalformed, fmt::format("'{}' is not a day of the calendar", rfc3339));
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return ((days * 24LL + hour) * 60 + minute) * 60 + second;
}

std::string meta_json(const InventoryMeta& meta) {
  Json owners = Json::array();
  for (const auto& [id, name] : meta.owners) owners.push_back(Json{{"id", id}, {"name", json_name(name)}});
  Json systems = Json::array(), roots = Json::array();
  for (const std::string& system : meta.systems) systems.push_back(json_name(system));
  for (const std::string& root : meta.roots) roots.push_back(json_name(root));
  return Json{{"created", meta.created},
              {"tool", meta.tool},
              {"systems", systems},
              {"roots", roots},
              {"since", meta.since_root},
              {"fingerprints", Json{{"chunks", meta.chunks}, {"text", meta.text}, {"copied_run", meta.copied_run}, {"members", meta.members}}},
              {"owners", owners}}
      .dump();
}

std::string unread_json(const std::vector<UnreadEntry>& unread) {
  Json list = Json::array();
  for (const UnreadEntry& one : unread) list.push_back(Json{{"path", json_name(one.path)}, {"reason", json_name(one.reason)}});
  return list.dump();
}

Result<InventoryMeta> parse_meta(std::string_view json) try {
  const Json document = Json::parse(json);
  InventoryMeta meta;
  meta.created = text_of(document, "created");
  meta.tool = text_of(document, "tool");
  for (const Json& one : document.at("systems")) meta.systems.push_back(name_bytes(one.get<std::string>()));
  for (const Json& one : document.at("roots")) meta.roots.push_back(name_bytes(one.get<std::string>()));
  meta.since_root = text_of(document, "since");
  const Json& taken = document.at("fingerprints");
  meta.chunks = taken.at("chunks").get<bool>();
  meta.text = taken.at("text").get<bool>();
  meta.members = taken.at("members").get<bool>();
  meta.copied_run = taken.value("copied_run", std::uint32_t{0});  // Bundles about inventories of format 2 have none.
  if (meta.copied_run != 0 && (meta.copied_run < kCopiedRun || meta.copied_run > kMaxCopiedRun)) {
    return fail(ErrorCode::kStore, fmt::format("meta section: a copied run of {} characters, expected {} to {}", meta.copied_run, kCopiedRun, kMaxCopiedRun));
  }
  for (const Json& one : document.at("owners")) {
    meta.owners.emplace_back(one.at("id").get<std::uint32_t>(), name_bytes(text_of(one, "name")));
  }
  if (meta.roots.size() != meta.systems.size()) return fail(ErrorCode::kStore, "meta section: not one root per system");
  PROVA_TRY(created, unix_time(meta.created));
  meta.created_unix = created;
  return meta;
} catch (const Json::exception& error) {
  return fail(ErrorCode::kStore, fmt::format("meta section: {}", error.what()));
}

Result<std::vector<UnreadEntry>> parse_unread(std::string_view json) try {
  std::vector<UnreadEntry> unread;
  for (const Json& one : Json::parse(json)) {
    unread.push_back({name_bytes(text_of(one, "path")), name_bytes(text_of(one, "reason"))});
  }
  return unread;
} catch (const Json::exception& error) {
  return fail(ErrorCode::kStore, fmt::format("unread section: {}", error.what()));
}

}  // namespace prova
