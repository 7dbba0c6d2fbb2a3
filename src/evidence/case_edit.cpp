#include "evidence/case_edit.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "evidence/yaml_edit.h"
#include "evidence/yaml_tree.h"

namespace prova {
namespace {

using yaml_edit::Path;

/// The order in which docs/formats/case.md, and the example, write the keys.
const std::vector<std::string_view>& item_order() {
  static const std::vector<std::string_view> kOrder = {"id",       "kind",         "claim",   "event_date", "known_from",           "roots",        "credibility",
                                                       "spoofability", "issuer",   "says",    "speaks_for_ancestors", "derived_from", "confirms", "disproves",
                                                       "replaces", "fact",         "measured", "kinship",   "source",               "files",        "note"};
  return kOrder;
}

const std::vector<std::string_view>& hypothesis_order() {
  static const std::vector<std::string_view> kOrder = {"id", "label", "prior", "imitable", "statement"};
  return kOrder;
}

EditValue in_order(EditValue value, const std::vector<std::string_view>& order) {
  const auto place = [&](const auto& entry) { return std::find(order.begin(), order.end(), entry.first) - order.begin(); };
  std::erase_if(value.map, [](const auto& entry) { return entry.second.kind == EditValue::Kind::kNothing; });
  std::stable_sort(value.map.begin(), value.map.end(), [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return value;
}

/// The id of an element: its `id`, or, for a hypothesis that is no map, itself.
std::string id_of(const YAML::Node& element) {
  if (element.IsScalar()) return element.Scalar();
  if (!element.IsMap()) return {};
  const YAML::Node id = element["id"];
  return id.IsDefined() && id.IsScalar() ? id.Scalar() : std::string();
}

std::optional<std::size_t> position(const YAML::Node& list, const std::string& id) {
  if (!list.IsDefined() || !list.IsSequence() || id.empty()) return std::nullopt;
  std::size_t at = 0;
  for (const YAML::Node& element : list) {
    if (id_of(element) == id) return at;
    ++at;
  }
  return std::nullopt;
}

Result<YAML::Node> tree_of(const std::string& yaml) {
  Problems problems;
  auto tree = load_tree(yaml, "a case", problems);
  if (tree) return *tree;
  const std::vector<CaseError> errors = std::move(problems).take();
  return fail(ErrorCode::kMalformed, fmt::format("line {}: {}", errors.front().line, errors.front().message));
}

Status check_changes(const CaseEdit& edit) {
  if (edit.value.map.empty()) return fail(ErrorCode::kUsage, "the edit changes nothing, expected at least one key");
  for (const auto& [key, value] : edit.value.map) {
    if (key == "id") return fail(ErrorCode::kUsage, "an id does not change: other entries name it");
  }
  return {};
}

Result<std::string> change_keys(std::string text, const Path& map, const EditValue& changes, const std::vector<std::string_view>& order) {
  for (const auto& [key, value] : changes.map) {
    PROVA_TRY(next, yaml_edit::set_entry(text, map, key, value, order));
    text = std::move(next);
  }
  return text;
}

Result<std::size_t> item_position(const std::string& yaml, const std::string& id) {
  PROVA_TRY(tree, tree_of(yaml));
  const auto at = position(tree["evidence"], id);
  if (!at) return fail(ErrorCode::kNotFound, fmt::format("there is no evidence item '{}'", id));
  return *at;
}

Result<Path> hypotheses_of(const YAML::Node& tree, const std::string& question) {
  const auto at = position(tree["questions"], question);
  if (!at) return fail(ErrorCode::kNotFound, fmt::format("there is no question '{}'", question));
  return Path{std::string("questions"), *at};
}

Result<std::string> add_hypothesis(const std::string& yaml, const CaseEdit& edit) {
  PROVA_TRY(tree, tree_of(yaml));
  PROVA_TRY(question, hypotheses_of(tree, edit.question));
  const EditValue hypothesis = in_order(edit.value, hypothesis_order());
  if (hypothesis.map.empty() || hypothesis.map.front().first != "id") return fail(ErrorCode::kUsage, "a hypothesis needs an id");
  const bool bare = hypothesis.map.size() == 1;
  return yaml_edit::append_element(yaml, question, "hypotheses", bare ? hypothesis.map.front().second : hypothesis);
}

Result<std::string> change_hypothesis(const std::string& yaml, const CaseEdit& edit) {
  PROVA_TRY(check_changes(edit));
  PROVA_TRY(tree, tree_of(yaml));
  PROVA_TRY(question, hypotheses_of(tree, edit.question));
  const YAML::Node list = tree["questions"][std::get<std::size_t>(question.back())]["hypotheses"];
  const auto at = position(list, edit.id);
  if (!at) return fail(ErrorCode::kNotFound, fmt::format("question '{}' has no hypothesis '{}'", edit.question, edit.id));
  question.emplace_back(std::string("hypotheses"));
  if (list[*at].IsScalar()) {  // A bare id becomes a map.
    EditValue whole = in_order(edit.value, hypothesis_order());
    if (whole.map.empty()) return yaml;
    whole.map.insert(whole.map.begin(), {"id", EditValue::scalar(edit.id)});
    return yaml_edit::replace_scalar(yaml, question, *at, whole);
  }
  question.emplace_back(*at);
  return change_keys(yaml, question, edit.value, hypothesis_order());
}

std::string keys_of(const EditValue& value) {
  std::vector<std::string_view> keys;
  for (const auto& [key, entry] : value.map) {
    if (key != "id") keys.push_back(key);
  }
  return fmt::format("{}", fmt::join(keys, ", "));
}

std::string id_in(const EditValue& value) {
  for (const auto& [key, entry] : value.map) {
    if (key == "id") return entry.text;
  }
  return {};
}

}  // namespace

Result<std::string> apply_edit(const std::string& yaml, const CaseEdit& edit) {
  switch (edit.op) {
    case CaseEdit::Op::kAddEvidence: {
      const EditValue item = in_order(edit.value, item_order());
      if (item.map.empty() || item.map.front().first != "id") return fail(ErrorCode::kUsage, "an evidence item needs an id");
      return yaml_edit::append_element(yaml, {}, "evidence", item);
    }
    case CaseEdit::Op::kChangeEvidence: {
      PROVA_TRY(check_changes(edit));
      PROVA_TRY(at, item_position(yaml, edit.id));
      return change_keys(yaml, {std::string("evidence"), at}, edit.value, item_order());
    }
    case CaseEdit::Op::kRemoveEvidence: {
      PROVA_TRY(at, item_position(yaml, edit.id));
      return yaml_edit::remove_element(yaml, {std::string("evidence")}, at);
    }
    case CaseEdit::Op::kAddHypothesis: return add_hypothesis(yaml, edit);
    case CaseEdit::Op::kChangeHypothesis: return change_hypothesis(yaml, edit);
  }
  return fail(ErrorCode::kUsage, "an edit of no known kind");
}

std::string describe(const CaseEdit& edit) {
  switch (edit.op) {
    case CaseEdit::Op::kAddEvidence: return fmt::format("added evidence {}", id_in(edit.value));
    case CaseEdit::Op::kChangeEvidence: return fmt::format("changed evidence {}: {}", edit.id, keys_of(edit.value));
    case CaseEdit::Op::kRemoveEvidence: return fmt::format("removed evidence {}", edit.id);
    case CaseEdit::Op::kAddHypothesis: return fmt::format("added hypothesis {} to question {}", id_in(edit.value), edit.question);
    case CaseEdit::Op::kChangeHypothesis: return fmt::format("changed hypothesis {} of question {}: {}", edit.id, edit.question, keys_of(edit.value));
  }
  return "changed";
}

}  // namespace prova
