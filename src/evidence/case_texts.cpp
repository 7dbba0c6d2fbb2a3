#include "evidence/case_texts.h"

#include <algorithm>
#include <fmt/format.h>

#include "evidence/yaml_tree.h"

namespace prova {
namespace {

constexpr std::string_view kSchema = "prova/case-texts/1";
/// questions / id / hypotheses / id / statement is the deepest path of the format.
constexpr std::size_t kMaxDepth = 5;

/// Collects the scalars below a node, each under its path.
void flatten(const YAML::Node& node, const std::string& path, std::size_t depth, CaseTexts& out, Problems& problems) {
  if (problems.full()) return;
  if (node.IsScalar()) {
    if (const auto text = read_text(node, path, problems)) {
      if (!out.texts.emplace(path, CaseTexts::Text{*text, line_of(node)}).second) {
        problems.add(line_of(node), fmt::format("{} is given twice", path));
      }
    }
    return;
  }
  if (depth == kMaxDepth || node.IsNull()) {
    problems.add(line_of(node), fmt::format("{} is {}, expected a text", path, describe(node)));
    return;
  }
  if (node.IsSequence()) {
    std::size_t i = 0;
    for (const YAML::Node& element : node) flatten(element, fmt::format("{}/{}", path, i++), depth + 1, out, problems);
    return;
  }
  for (const auto& entry : node) {
    const auto key = read_id(entry.first, "key", problems);
    if (key) flatten(entry.second, path.empty() ? *key : path + "/" + *key, depth + 1, out, problems);
  }
}

/// Every text of a case that may be translated, with its path. Empty texts have nothing to translate.
class Translatable {
 public:
  explicit Translatable(Case& input) {
    add("name", input.name);
    add("summary", input.summary);
    add("notice", input.notice);
    for (Question& question : input.questions) add_question(question);
    for (Root& root : input.roots) add("roots/" + root.id, root.label);
    for (EvidenceItem& item : input.evidence) {
      add(fmt::format("evidence/{}/claim", item.id), item.claim);
      add(fmt::format("evidence/{}/issuer", item.id), item.issuer);
    }
    for (ActivityCluster& cluster : input.clusters) {
      add(fmt::format("clusters/{}/did", cluster.id), cluster.did);
      for (std::size_t i = 0; i < cluster.earlier_victims.size(); ++i) {
        add(fmt::format("clusters/{}/victims/{}", cluster.id, i), cluster.earlier_victims[i]);
      }
    }
    for (SourcedText& aim : input.aims) add("aims/" + aim.id, aim.text);
    for (SourcedText& loss : input.losses) add("losses/" + loss.id, loss.text);
    for (std::size_t i = 0; i < input.collect.size(); ++i) add(fmt::format("collect/{}", i), input.collect[i].action);
    for (ArtifactNote& note : input.artifacts) add(fmt::format("artifacts/{}", note.file), note.stand_in);
  }

  std::size_t apply(const CaseTexts& texts, std::vector<CaseError>& errors) {
    std::size_t missing = 0;
    std::map<std::string_view, bool> known;
    for (const auto& [path, target] : targets_) {
      known[path] = true;
      const auto found = texts.texts.find(path);
      if (found == texts.texts.end()) ++missing;
      else *target = found->second.text;
    }
    for (const auto& [path, text] : texts.texts) {
      if (!known.contains(path)) errors.push_back({text.line, fmt::format("'{}' names no text of the case", path)});
    }
    return missing;
  }

 private:
  void add(std::string path, std::string& text) {
    if (!text.empty()) targets_.emplace_back(std::move(path), &text);
  }
  void add_question(Question& question) {
    const std::string path = "questions/" + question.id;
    add(path + "/ask", question.ask);
    for (Hypothesis& h : question.hypotheses) {
      add(fmt::format("{}/hypotheses/{}/label", path, h.id), h.label);
      add(fmt::format("{}/hypotheses/{}/statement", path, h.id), h.statement);
    }
  }
  std::vector<std::pair<std::string, std::string*>> targets_;
};

void sort_by_line(std::vector<CaseError>& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const CaseError& a, const CaseError& b) { return a.line < b.line; });
}

}  // namespace

CaseTextsReading parse_case_texts(std::string_view yaml) {
  Problems problems;
  CaseTextsReading reading;
  CaseTexts texts;
  if (const auto tree = load_tree(yaml, fmt::format("texts of a case (schema: {})", kSchema), problems)) {
    try {
      flatten(*tree, "", 0, texts, problems);
    } catch (const YAML::Exception& error) {
      problems.add(error.mark.line + 1, fmt::format("cannot be read: {}", error.msg));
    }
    const auto take = [&](const char* key) {
      const auto node = texts.texts.extract(key);
      return node.empty() ? std::string() : node.mapped().text;
    };
    if (const std::string schema = take("schema"); schema != kSchema) {
      problems.add(1, fmt::format("schema is '{}', expected {}", schema, kSchema));
    }
    texts.language = take("language");
    if (texts.language.empty()) problems.add(1, "language is missing");
  }
  reading.errors = std::move(problems).take();
  sort_by_line(reading.errors);
  if (reading.errors.empty()) reading.parsed = std::move(texts);
  return reading;
}

TranslatedCase translate(const Case& input, const CaseTexts& texts) {
  TranslatedCase result;
  result.translated = input;
  result.missing = Translatable(result.translated).apply(texts, result.errors);
  sort_by_line(result.errors);
  return result;
}

}  // namespace prova
