#include "evidence/case_sections.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace prova {
namespace {

/// One of a closed list of names; reports anything else.
template <typename Enum>
std::optional<Enum> read_name(const YAML::Node& node, std::string_view what, std::span<const std::string_view> names,
                              Problems& problems) {
  const std::string word = node.IsScalar() ? node.Scalar() : std::string();
  const auto found = std::find(names.begin(), names.end(), word);
  if (found != names.end()) return static_cast<Enum>(found - names.begin());
  problems.add(line_of(node), fmt::format("{} is {}, {}", what, describe(node),
                                          expected_one_of(word, {names.begin(), names.end()})));
  return std::nullopt;
}

void read_links(const YAML::Node& list, ActivityCluster& cluster, Problems& problems) {
  if (!list.IsSequence()) {
    problems.add(line_of(list), fmt::format("links is {}, expected a list", describe(list)));
    return;
  }
  for (const YAML::Node& element : list) {
    if (cluster.links.size() >= kMaxListLength || problems.full()) return;
    Fields fields(element, "link", {"to", "relation", "evidence"}, problems);
    ActivityLink link;
    link.to = fields.id("to", true);
    if (const YAML::Node* relation = fields.need("relation")) {
      link.relation = read_name<ActivityRelation>(*relation, "relation", activity_relation_names(), problems)
                          .value_or(ActivityRelation::kSupports);
    }
    link.evidence = fields.ids("evidence");
    cluster.links.push_back(std::move(link));
  }
}

/// The chosen option of one input: a name, or {is, evidence}.
void read_input(const YAML::Node& node, const SeverityInputRow& row, SeverityInputs& inputs, Problems& problems) {
  const auto at = static_cast<std::size_t>(row.input);
  std::string word = node.IsScalar() ? node.Scalar() : std::string();
  if (node.IsMap()) {
    Fields fields(node, row.name, {"is", "evidence"}, problems);
    if (fields.need("is") != nullptr) word = fields.text("is");
    inputs.evidence[at] = fields.ids("evidence");
  }
  std::vector<std::string_view> names;
  for (const SeverityOption& option : row.options) {
    names.push_back(option.name);
    if (option.name == word) inputs.chosen[at] = option.name;
  }
  if (!inputs.chosen[at].empty()) return;
  problems.add(line_of(node), fmt::format("severity: {} is {}, {}", row.name, word.empty() ? describe(node) : "'" + word + "'",
                                          expected_one_of(word, names)));
}

void read_ncsc(const YAML::Node& node, SeverityInputs& inputs, Problems& problems) {
  Fields fields(node, "ncsc", {"impact", "on"}, problems);
  if (const YAML::Node* impact = fields.need("impact")) {
    inputs.ncsc_impact = read_name<NcscImpact>(*impact, "ncsc impact", ncsc_impact_names(), problems);
  }
  const YAML::Node* on = fields.need("on");
  if (on == nullptr) return;
  const auto add = [&](const YAML::Node& victim) {
    if (const auto read = read_name<NcscVictim>(victim, "ncsc on", ncsc_victim_names(), problems)) {
      inputs.ncsc_victims.push_back(*read);
    }
  };
  if (!on->IsSequence()) return add(*on);
  for (const YAML::Node& victim : *on) {
    if (problems.full()) return;
    add(victim);
  }
}

class SectionCheck {
 public:
  SectionCheck(const Case& checked, std::vector<CaseError>& errors) : case_(checked), errors_(errors) {
    for (const EvidenceItem& item : checked.evidence) items_.insert(item.id);
    for (const ActivityCluster& cluster : checked.clusters) clusters_.insert(cluster.id);
  }

  void items(const std::vector<std::string>& ids, int line, std::string_view where) {
    for (const std::string& id : ids) {
      if (!items_.contains(id)) errors_.push_back({line, fmt::format("{} names '{}', which is no evidence item", where, id)});
    }
  }

  void cluster(const ActivityCluster& cluster) {
    const std::string where = fmt::format("cluster '{}'", cluster.id);
    items(cluster.evidence, cluster.line, where);
    items(cluster.earlier_evidence, cluster.line, where);
    if (cluster.evidence.empty()) errors_.push_back({cluster.line, where + " names no evidence, expected at least one item"});
    if (!cluster.earlier_victims.empty() && cluster.earlier_evidence.empty()) {
      errors_.push_back({cluster.line, where + " names earlier victims without evidence"});
    }
    for (const std::string& id : cluster.questions) {
      if (case_.find_question(id) == nullptr) {
        errors_.push_back({cluster.line, fmt::format("{} names '{}', which is no question of this case", where, id)});
      }
    }
    for (const ActivityLink& link : cluster.links) {
      items(link.evidence, cluster.line, where);
      if (!clusters_.contains(link.to) || link.to == cluster.id) {
        errors_.push_back({cluster.line, fmt::format("{} links to '{}', expected another cluster", where, link.to)});
      }
    }
  }

  template <typename List>
  void repeats(const List& list, std::string_view what) {
    std::set<std::string_view> seen;
    for (const auto& entry : list) {
      if (entry.id.empty() || seen.insert(entry.id).second) continue;
      errors_.push_back({entry.line, fmt::format("{} '{}' is defined twice", what, entry.id)});
    }
  }

 private:
  const Case& case_;
  std::vector<CaseError>& errors_;
  std::set<std::string_view> items_, clusters_;
};

}  // namespace

ActivityCluster read_cluster(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "cluster", {"id", "name", "also", "role", "did", "evidence", "questions", "earlier", "links"}, problems);
  ActivityCluster cluster;
  cluster.line = fields.line();
  cluster.id = fields.id("id", true);
  cluster.name = fields.text("name");
  if (cluster.name.empty()) cluster.name = cluster.id;
  cluster.also = fields.texts("also");
  if (const YAML::Node* role = fields.need("role")) {
    cluster.role = read_name<ActivityRole>(*role, "role", activity_role_names(), problems).value_or(ActivityRole::kAccess);
  }
  cluster.did = fields.text("did");
  cluster.evidence = fields.ids("evidence");
  cluster.questions = fields.ids("questions");
  if (const YAML::Node* earlier = fields.find("earlier")) {
    Fields inner(*earlier, "earlier", {"victims", "evidence"}, problems);
    cluster.earlier_victims = inner.texts("victims");
    cluster.earlier_evidence = inner.ids("evidence");
  }
  if (const YAML::Node* links = fields.find("links")) read_links(*links, cluster, problems);
  return cluster;
}

SourcedText read_sourced_text(const YAML::Node& node, std::string_view what, Problems& problems) {
  Fields fields(node, what, {"id", "text", "evidence"}, problems);
  SourcedText read;
  read.line = fields.line();
  read.id = fields.id("id", true);
  if (fields.need("text") != nullptr) read.text = fields.text("text");
  read.evidence = fields.ids("evidence");
  if (read.evidence.empty()) problems.add(read.line, fmt::format("{} '{}' names no evidence", what, read.id));
  return read;
}

std::optional<SeverityInputs> read_severity(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "severity",
                {"functional_impact", "observed_activity", "location", "actor", "information_impact", "recoverability",
                 "dependency", "potential_impact", "ncsc"},
                problems);
  SeverityInputs inputs;
  inputs.line = fields.line();
  bool complete = node.IsMap();
  for (const SeverityInputRow& row : severity_inputs()) {
    const YAML::Node* chosen = fields.need(row.name);
    if (chosen != nullptr) read_input(*chosen, row, inputs, problems);
    complete = complete && !inputs.chosen[static_cast<std::size_t>(row.input)].empty();
  }
  if (const YAML::Node* ncsc = fields.find("ncsc")) read_ncsc(*ncsc, inputs, problems);
  return complete ? std::optional(std::move(inputs)) : std::nullopt;
}

void check_sections(const Case& checked, std::vector<CaseError>& errors) {
  SectionCheck check(checked, errors);
  for (const ActivityCluster& cluster : checked.clusters) check.cluster(cluster);
  for (const SourcedText& aim : checked.aims) check.items(aim.evidence, aim.line, fmt::format("aim '{}'", aim.id));
  for (const SourcedText& loss : checked.losses) check.items(loss.evidence, loss.line, fmt::format("loss '{}'", loss.id));
  check.repeats(checked.clusters, "cluster");
  check.repeats(checked.aims, "aim");
  check.repeats(checked.losses, "loss");
  if (!checked.severity) return;
  for (const auto& ids : checked.severity->evidence) check.items(ids, checked.severity->line, "severity");
}

}  // namespace prova
