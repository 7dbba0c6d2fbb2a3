#include "knowledge/own_yaml.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <initializer_list>
#include <map>
#include <set>

#include "knowledge/citation_table.h"
#include "knowledge/countries.h"
#include "knowledge/yaml_tree.h"

namespace prova::knowledge {
namespace {

constexpr std::string_view kVersion = "1";

/// What the format calls text: no control characters other than newline and tab.
bool is_printable(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
  });
}

/// Reads the tree of one file.
class YamlReader {
 public:
  Result<Source> read(const YAML::Node& top);

 private:
  using Entry = std::function<void(const YAML::Node&)>;

  void skip(const YAML::Node& node, std::string_view id, std::string reason) { add_skipped(source_, line_of(node), id, std::move(reason)); }
  /// Lists keys of a map that the format does not have.
  void check_keys(const YAML::Node& map, std::string_view what, std::initializer_list<std::string_view> known);
  /// The scalar under `key`, or empty; a value that is no printable scalar is listed.
  std::string text(const YAML::Node& map, const char* key, std::size_t limit = kMaxNameBytes);
  /// Calls `read` for each element of the list under `key`, or for the single value there.
  void each(const YAML::Node& map, const char* key, const Entry& read);
  /// The citations under `key`; a key that the file does not define is listed.
  CitationList cited(const YAML::Node& map, const char* key = "cite");
  std::vector<Claim> claims(const YAML::Node& map, const char* key, bool countries);
  std::vector<Alias> aliases(const YAML::Node& map);
  void read_citations(const YAML::Node& top);
  void read_group(const YAML::Node& node);
  void read_report(const YAML::Node& node, Group& group);
  void read_software(const YAML::Node& node);
  void read_technique(const YAML::Node& node);
  /// False, and listed, when the id is missing or was there.
  bool claim_id(const YAML::Node& node, const std::string& id);

  Source source_;
  CitationTable citations_;
  std::map<std::string, CitationIndex> keys_;
  std::set<std::string> ids_;
};

void YamlReader::check_keys(const YAML::Node& map, std::string_view what, std::initializer_list<std::string_view> known) {
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      skip(entry.first, key, fmt::format("{} has no such key, expected one of {}", what, fmt::join(known, ", ")));
    }
  }
}

std::string YamlReader::text(const YAML::Node& map, const char* key, std::size_t limit) {
  const YAML::Node value = map[key];
  if (!value || value.IsNull()) return {};
  if (!value.IsScalar() || !is_printable(value.Scalar())) {
    skip(value, key, "is no printable text");
    return {};
  }
  return bounded_text(value.Scalar(), limit);
}

void YamlReader::each(const YAML::Node& map, const char* key, const Entry& read) {
  const YAML::Node list = map[key];
  if (!list || list.IsNull()) return;
  if (!list.IsSequence()) return read(list);
  std::size_t count = 0;
  for (const YAML::Node& element : list) {
    if (++count > kMaxListEntries * 10) return skip(element, key, fmt::format("more than {} entries", kMaxListEntries * 10));
    read(element);
  }
}

CitationList YamlReader::cited(const YAML::Node& map, const char* key) {
  CitationList out;
  each(map, key, [&](const YAML::Node& node) {
    const std::string name = node.IsScalar() ? node.Scalar() : "";
    const auto found = keys_.find(name);
    if (found == keys_.end()) return skip(node, name, "no citation of this file has that key");
    out.push_back(found->second);
  });
  return out;
}

std::vector<Claim> YamlReader::claims(const YAML::Node& map, const char* key, bool countries) {
  std::vector<Claim> out;
  each(map, key, [&](const YAML::Node& node) {
    Claim claim;
    if (node.IsMap()) {
      check_keys(node, key, {"value", "cite"});
      claim = {text(node, "value"), cited(node)};
    } else if (node.IsScalar() && is_printable(node.Scalar())) {
      claim.value = bounded_text(node.Scalar(), kMaxNameBytes);
    }
    if (claim.value.empty()) return skip(node, key, "has no value");
    if (countries) {
      const auto code = country_code(claim.value);
      if (!code) return skip(node, claim.value, "is no country that ISO 3166-1 lists");
      claim.value = *code;
    }
    out.push_back(std::move(claim));
  });
  return out;
}

std::vector<Alias> YamlReader::aliases(const YAML::Node& map) {
  std::vector<Alias> out;
  each(map, "aliases", [&](const YAML::Node& node) {
    Alias alias;
    if (node.IsMap()) {
      check_keys(node, "an alias", {"name", "by", "valid", "cite"});
      alias = {text(node, "name"), text(node, "by"), text(node, "valid"), cited(node)};
      if (!alias.valid.empty() && !parse_date(alias.valid)) {
        skip(node, alias.name, fmt::format("valid is '{}', expected a date or two joined by '..'", alias.valid));
        alias.valid.clear();
      }
    } else if (node.IsScalar() && is_printable(node.Scalar())) {
      alias.name = bounded_text(node.Scalar(), kMaxNameBytes);
    }
    if (alias.name.empty()) return skip(node, "", "an alias without name");
    out.push_back(std::move(alias));
  });
  return out;
}

void YamlReader::read_citations(const YAML::Node& top) {
  const YAML::Node map = top["citations"];
  if (!map || map.IsNull()) return;
  if (!map.IsMap()) return skip(map, "citations", "is no map from keys to reports");
  for (const auto& entry : map) {
    const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : "";
    if (key.empty() || !entry.second.IsMap()) {
      skip(entry.first, key, "a citation is a key and a map of title, url and date");
      continue;
    }
    check_keys(entry.second, "a citation", {"title", "url", "date"});
    std::optional<Day> published;
    if (const std::string date = text(entry.second, "date"); !date.empty()) {
      if (const auto day = parse_day(date)) published = *day;
      else skip(entry.second, key, day.error().message);
    }
    const auto index = citations_.add(text(entry.second, "title"), text(entry.second, "url", kMaxNameBytes * 4), published);
    if (!index) skip(entry.first, key, "has neither title nor url");
    else if (!keys_.emplace(key, *index).second) skip(entry.first, key, "this key is there twice");
  }
}

bool YamlReader::claim_id(const YAML::Node& node, const std::string& id) {
  if (id.empty()) skip(node, "", "has no 'id'");
  else if (!ids_.insert(id).second) skip(node, id, "this id is there twice");
  else return true;
  return false;
}

void YamlReader::read_report(const YAML::Node& node, Group& group) {
  if (!node.IsMap()) return skip(node, group.id, "a report is a map of cite, techniques and software");
  check_keys(node, "a report", {"cite", "techniques", "software"});
  const CitationList citations = cited(node);
  const auto add = [&](const char* key, std::vector<Use>& uses) {
    each(node, key, [&](const YAML::Node& one) {
      if (!one.IsScalar() || one.Scalar().empty() || !is_printable(one.Scalar())) return skip(one, key, "is no id");
      if (uses.size() < kMaxListEntries) uses.push_back({bounded_text(one.Scalar(), kMaxNameBytes), citations});
    });
  };
  add("techniques", group.techniques);
  add("software", group.software);
}

void YamlReader::read_group(const YAML::Node& node) {
  if (!node.IsMap()) return skip(node, "", "a group is a map");
  check_keys(node, "a group", {"id", "name", "known_as", "description", "aliases", "nation", "sponsors", "victims", "sectors",
                               "links", "cite", "reports"});
  Group group;
  group.id = text(node, "id");
  group.name = text(node, "name");
  if (!claim_id(node, group.id)) return;
  if (group.name.empty()) return skip(node, group.id, "has no 'name'");
  each(node, "known_as", [&](const YAML::Node& one) {
    if (one.IsScalar() && is_printable(one.Scalar())) group.known_as.push_back(bounded_text(one.Scalar(), kMaxNameBytes));
  });
  group.description = text(node, "description", kMaxDescriptionBytes);
  group.aliases = aliases(node);
  group.nations = claims(node, "nation", true);
  group.sponsors = claims(node, "sponsors", false);
  group.victims = claims(node, "victims", true);
  group.sectors = claims(node, "sectors", false);
  group.links = claims(node, "links", false);
  group.citations = cited(node);
  each(node, "reports", [&](const YAML::Node& report) { read_report(report, group); });
  source_.groups.push_back(std::move(group));
}

void YamlReader::read_software(const YAML::Node& node) {
  if (!node.IsMap()) return skip(node, "", "a program is a map");
  check_keys(node, "a program", {"id", "name", "kind", "aliases"});
  Software program;
  program.id = text(node, "id");
  program.name = text(node, "name");
  if (!claim_id(node, program.id)) return;
  if (program.name.empty()) return skip(node, program.id, "has no 'name'");
  const std::string kind = text(node, "kind");
  if (kind == "tool") program.kind = SoftwareKind::kTool;
  else if (!kind.empty() && kind != "malware") skip(node, program.id, fmt::format("kind is '{}', expected malware or tool", kind));
  program.aliases = aliases(node);
  source_.software.push_back(std::move(program));
}

void YamlReader::read_technique(const YAML::Node& node) {
  if (!node.IsMap()) return skip(node, "", "a technique is a map");
  check_keys(node, "a technique", {"id", "name", "tactics"});
  Technique technique{text(node, "id"), text(node, "name"), {}};
  if (!claim_id(node, technique.id)) return;
  if (technique.name.empty()) return skip(node, technique.id, "has no 'name'");
  each(node, "tactics", [&](const YAML::Node& one) {
    if (one.IsScalar()) technique.tactics.push_back(bounded_text(one.Scalar(), kMaxNameBytes));
  });
  source_.techniques.push_back(std::move(technique));
}

Result<Source> YamlReader::read(const YAML::Node& top) {
  if (!top.IsMap() || text(top, "knowledge") != kVersion) {
    return fail(ErrorCode::kMalformed, "line 1: does not begin with 'knowledge: 1'");
  }
  check_keys(top, "the file", {"knowledge", "id", "title", "version", "citations", "groups", "software", "techniques"});
  source_.id = text(top, "id");
  source_.title = text(top, "title");
  source_.version = text(top, "version");
  if (source_.id.empty()) return fail(ErrorCode::kMalformed, "line 1: has no 'id', expected a short name for this source");
  read_citations(top);
  each(top, "groups", [&](const YAML::Node& node) { read_group(node); });
  each(top, "software", [&](const YAML::Node& node) { read_software(node); });
  each(top, "techniques", [&](const YAML::Node& node) { read_technique(node); });
  std::move(citations_).finish(source_);
  return std::move(source_);
}

}  // namespace

Result<Source> read_own_yaml(std::string_view text) {
  if (text.size() > kMaxKnowledgeYamlBytes) {
    return fail(ErrorCode::kLimit, fmt::format("{} bytes, at most {} accepted in a YAML file", text.size(), kMaxKnowledgeYamlBytes));
  }
  PROVA_TRY(tree, load_yaml(std::string(text)));
  try {
    return YamlReader().read(tree);
  } catch (const YAML::Exception& error) {  // yaml-cpp reports some damage only when a node is looked at
    return fail(ErrorCode::kMalformed, fmt::format("line {}: cannot be read: {}", error.mark.line + 1, error.msg));
  }
}

}  // namespace prova::knowledge
