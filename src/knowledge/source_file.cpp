#include "knowledge/source_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/hash.h"
#include "knowledge/json_object.h"

namespace prova::knowledge {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFormat = "prova-knowledge";

Json lists(const std::vector<Use>& uses) {
  Json out = Json::array();
  for (const Use& use : uses) out.push_back(Json::array({use.target, use.citations}));
  return out;
}

Json lists(const std::vector<Claim>& claims) {
  Json out = Json::array();
  for (const Claim& claim : claims) out.push_back(Json::array({claim.value, claim.citations}));
  return out;
}

Json lists(const std::vector<Alias>& aliases) {
  Json out = Json::array();
  for (const Alias& alias : aliases) out.push_back(Json::array({alias.name, alias.given_by, alias.valid, alias.citations}));
  return out;
}

void append_line(std::string& out, const Json& line) {
  out += line.dump(-1, ' ', false, Json::error_handler_t::replace);
  out += '\n';
}

Json group_line(const Group& group) {
  return Json{{"group", group.id}, {"name", group.name}, {"description", group.description}, {"known_as", group.known_as},
              {"aliases", lists(group.aliases)}, {"nations", lists(group.nations)}, {"sponsors", lists(group.sponsors)},
              {"victims", lists(group.victims)}, {"sectors", lists(group.sectors)}, {"links", lists(group.links)},
              {"techniques", lists(group.techniques)}, {"software", lists(group.software)}, {"citations", group.citations}};
}

std::string checksum(std::string_view bytes) { return fmt::format("{:016x}", hash64(bytes)); }

/// Reads the lines of one file.
class LineReader {
 public:
  Result<Source> read(std::string_view bytes);

 private:
  Status line(std::string_view text);
  Status header(const JsonObject& object);
  void citation(const JsonObject& object);
  void group(const JsonObject& object);
  void software(const JsonObject& object);
  CitationList citations(const JsonValue& list);
  std::vector<Use> uses(const JsonObject& object, std::string_view key);
  std::vector<Claim> claims(const JsonObject& object, std::string_view key);
  std::vector<Alias> aliases(const JsonObject& object, std::string_view key);
  [[nodiscard]] tl::unexpected<Error> damaged(std::string_view what) const {
    return fail(ErrorCode::kStore, fmt::format("line {}: {}; import the source again", number_, what));
  }

  Source source_;
  JsonObjectParser parser_;
  std::uint64_t number_ = 0;
};

std::string string_of(const JsonValue& value) {
  std::string_view text;
  return value.get_string().get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

/// The element of a list at `index`, or null.
JsonValue item(const simdjson::dom::array& list, std::size_t index) {
  JsonValue value;
  return list.at(index).get(value) == simdjson::SUCCESS ? value : JsonValue();
}

/// Calls `read` with each inner list of the list under `key`.
template <typename Read>
void each_list(const JsonObject& object, std::string_view key, Read read) {
  simdjson::dom::array list;
  if (object.at_key(key).get_array().get(list) != simdjson::SUCCESS) return;
  for (const JsonValue value : list) {
    simdjson::dom::array inner;
    if (value.get_array().get(inner) == simdjson::SUCCESS && inner.size() >= 2) read(inner);
  }
}

CitationList LineReader::citations(const JsonValue& value) {
  CitationList out;
  simdjson::dom::array list;
  if (value.get_array().get(list) != simdjson::SUCCESS) return out;
  for (const JsonValue one : list) {
    std::uint64_t index = 0;
    if (one.get_uint64().get(index) == simdjson::SUCCESS && index < source_.citations.size()) {
      out.push_back(static_cast<CitationIndex>(index));
    }
  }
  return out;
}

std::vector<Use> LineReader::uses(const JsonObject& object, std::string_view key) {
  std::vector<Use> out;
  each_list(object, key, [&](const auto& list) { out.push_back({string_of(item(list, 0)), citations(item(list, 1))}); });
  return out;
}

std::vector<Claim> LineReader::claims(const JsonObject& object, std::string_view key) {
  std::vector<Claim> out;
  each_list(object, key, [&](const auto& list) { out.push_back({string_of(item(list, 0)), citations(item(list, 1))}); });
  return out;
}

std::vector<Alias> LineReader::aliases(const JsonObject& object, std::string_view key) {
  std::vector<Alias> out;
  each_list(object, key, [&](const auto& list) {
    if (list.size() != 4) return;
    out.push_back({string_of(item(list, 0)), string_of(item(list, 1)), string_of(item(list, 2)), citations(item(list, 3))});
  });
  return out;
}

Status LineReader::header(const JsonObject& object) {
  if (text_of(object, "format") != kFormat) return fail(ErrorCode::kStore, "is no knowledge file of prova");
  const std::uint64_t version = number_of(object, "version");
  if (version != kSourceFileVersion) {
    return fail(ErrorCode::kStore, fmt::format("has format version {}, this prova reads {}; import the source again", version, kSourceFileVersion));
  }
  const std::string_view kind = text_of(object, "kind");
  source_.kind = kind == "attack" ? SourceKind::kAttack : kind == "misp" ? SourceKind::kMisp : SourceKind::kOwn;
  source_.id = text_of(object, "id");
  source_.title = text_of(object, "title");
  source_.version = text_of(object, "release");
  source_.sha256 = text_of(object, "sha256");
  source_.imported = text_of(object, "imported");
  source_.skipped_count = number_of(object, "skipped");
  return {};
}

void LineReader::citation(const JsonObject& object) {
  Citation one{std::string(text_of(object, "citation")), std::string(text_of(object, "url")), {}, std::nullopt};
  one.key = one.url.empty() ? one.title : report_key(one.url);
  if (const auto day = parse_day(text_of(object, "published"))) one.published = *day;
  source_.citations.push_back(std::move(one));
}

void LineReader::group(const JsonObject& object) {
  Group one;
  one.id = text_of(object, "group");
  one.name = text_of(object, "name");
  one.description = text_of(object, "description");
  for (const auto id : texts_of(object, "known_as", kMaxListEntries)) one.known_as.emplace_back(id);
  one.aliases = aliases(object, "aliases");
  one.nations = claims(object, "nations");
  one.sponsors = claims(object, "sponsors");
  one.victims = claims(object, "victims");
  one.sectors = claims(object, "sectors");
  one.links = claims(object, "links");
  one.techniques = uses(object, "techniques");
  one.software = uses(object, "software");
  JsonValue list;
  if (object.at_key("citations").get(list) == simdjson::SUCCESS) one.citations = citations(list);
  source_.groups.push_back(std::move(one));
}

void LineReader::software(const JsonObject& object) {
  Software one;
  one.id = text_of(object, "software");
  one.name = text_of(object, "name");
  one.kind = text_of(object, "kind") == "tool" ? SoftwareKind::kTool : SoftwareKind::kMalware;
  one.aliases = aliases(object, "aliases");
  one.techniques = uses(object, "techniques");
  source_.software.push_back(std::move(one));
}

Status LineReader::line(std::string_view text) {
  ++number_;
  const auto object = parser_.parse(text);
  if (!object) return damaged(object.error().message);
  if (number_ == 1) return header(*object);
  const auto has = [&](std::string_view key) { return object->at_key(key).error() == simdjson::SUCCESS; };
  if (has("citation")) citation(*object);
  else if (has("group")) group(*object);
  else if (has("software")) software(*object);
  else if (has("technique")) {
    Technique one{std::string(text_of(*object, "technique")), std::string(text_of(*object, "name")), {}};
    for (const auto tactic : texts_of(*object, "tactics", kMaxListEntries)) one.tactics.emplace_back(tactic);
    source_.techniques.push_back(std::move(one));
  } else if (has("skipped")) {
    source_.skipped.push_back({number_of(*object, "position"), std::string(text_of(*object, "skipped")), std::string(text_of(*object, "reason"))});
  } else {
    return damaged("is no record that this version knows");
  }
  return {};
}

Result<Source> LineReader::read(std::string_view bytes) {
  constexpr std::string_view kEnd = "{\"end\":\"";
  const std::size_t last = bytes.rfind(kEnd);
  const std::string_view body = bytes.substr(0, last == std::string_view::npos ? 0 : last);
  const bool begins = bytes.starts_with("{\"format\":\"" + std::string(kFormat) + "\"");
  if (!begins) return fail(ErrorCode::kStore, "is no knowledge file of prova");
  std::string_view rest = bytes.substr(0, bytes.find('\n'));
  PROVA_TRY(line(rest));
  if (body.empty() || bytes.substr(last) != fmt::format("{}{}\"}}\n", kEnd, checksum(body))) {
    return fail(ErrorCode::kStore, "its checksum does not fit; import the source again");
  }
  rest = body.substr(rest.size() + 1);
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    PROVA_TRY(line(rest.substr(0, end)));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return std::move(source_);
}

}  // namespace

std::string write_source(const Source& source) {
  std::string out;
  append_line(out, Json{{"format", kFormat}, {"version", kSourceFileVersion}, {"id", source.id}, {"kind", name_of(source.kind)},
                        {"title", source.title}, {"release", source.version}, {"sha256", source.sha256},
                        {"imported", source.imported}, {"skipped", source.skipped_count}});
  for (const Citation& one : source.citations) {
    append_line(out, Json{{"citation", one.title}, {"url", one.url}, {"published", one.published ? to_string(*one.published) : ""}});
  }
  for (const Group& one : source.groups) append_line(out, group_line(one));
  for (const Software& one : source.software) {
    append_line(out, Json{{"software", one.id}, {"name", one.name}, {"kind", name_of(one.kind)}, {"aliases", lists(one.aliases)},
                          {"techniques", lists(one.techniques)}});
  }
  for (const Technique& one : source.techniques) {
    append_line(out, Json{{"technique", one.id}, {"name", one.name}, {"tactics", one.tactics}});
  }
  for (const Skipped& one : source.skipped) {
    append_line(out, Json{{"skipped", one.id}, {"position", one.position}, {"reason", valid_utf8(one.reason)}});
  }
  out += fmt::format("{{\"end\":\"{}\"}}\n", checksum(out));
  return out;
}

Result<Source> parse_source(std::string_view bytes) { return LineReader().read(bytes); }

}  // namespace prova::knowledge
