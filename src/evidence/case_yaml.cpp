// case.yaml -> Case. One function per map of the format, in the order of docs/formats/case.md.

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "base/file.h"
#include "base/hash.h"
#include "evidence/case_sections.h"
#include "evidence/yaml_fields.h"
#include "evidence/yaml_tree.h"

namespace prova {
namespace {

/// Version of the format that we read; written in every case as `schema`.
constexpr std::string_view kSchema = "prova/case/1";
/// Ten times the largest case that we know of; assessment stays under a second.
constexpr std::size_t kMaxItems = 10'000;
constexpr std::size_t kMaxRoots = 2'000;
constexpr std::size_t kMaxQuestions = 100;
/// A question has (n + 1) x n states: 50 hypotheses make 2,550.
constexpr std::size_t kMaxHypotheses = 50;
constexpr std::size_t kMaxCollect = 500;
/// Clusters, aims and reported losses: a page of each is already more than a reader takes in.
constexpr std::size_t kMaxClusters = 100;
/// Largest likelihood ratio accepted as a number, and its inverse the smallest: beyond that nothing was ever measured.
constexpr double kMaxRatio = 1e9;

struct Word {
  std::string_view text;
  double fraction;
};
/// Verbal likelihood ratios: the share of the kind's cap, in log space. Reasons: docs/methods/inference.md, "Words".
constexpr auto kWords = std::to_array<Word>({{"++", 1.0},
                                             {"+", 2.0 / 3},
                                             {"(+)", 1.0 / 3},
                                             {"0", 0.0},
                                             {"(-)", -1.0 / 3},
                                             {"-", -2.0 / 3},
                                             {"--", -1.0}});
constexpr std::string_view kMeasured = "measured";

/// Calls `read` for each element of the list under `key`, up to `limit` of them.
template <typename Read>
void for_each_element(Fields& fields, std::string_view key, std::size_t limit, Problems& problems, Read&& read) {
  const YAML::Node* list = fields.find(key);
  if (list == nullptr) return;
  if (!list->IsSequence()) {
    problems.add(line_of(*list), fmt::format("{} is {}, expected a list", key, describe(*list)));
    return;
  }
  std::size_t count = 0;
  for (const YAML::Node& element : *list) {
    if (problems.full()) return;
    if (count++ == limit) {
      problems.add(line_of(element), fmt::format("{} has more than {} entries", key, limit));
      return;
    }
    read(element);
  }
}

std::optional<SourceGrade> read_grade(Fields& fields, Problems& problems) {
  const YAML::Node* node = fields.find("grade");
  if (node == nullptr) return std::nullopt;
  const std::string word = node->IsScalar() ? node->Scalar() : std::string();
  if (word.size() == 1 && word[0] >= 'A' && word[0] <= 'F') return static_cast<SourceGrade>(word[0]);
  problems.add(line_of(*node), fmt::format("grade is {}, expected one of A, B, C, D, E, F", describe(*node)));
  return std::nullopt;
}

Root read_root(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "root", {"id", "label", "grade", "pool", "record"}, problems);
  Root root;
  root.line = fields.line();
  root.id = fields.id("id", true);
  root.label = fields.text("label");
  root.grade = read_grade(fields, problems).value_or(SourceGrade::kF);
  root.pool = fields.id("pool", false);
  if (const YAML::Node* record = fields.find("record")) {
    constexpr int kMostCases = 10'000;
    Fields counts(*record, "record", {"right", "wrong"}, problems);
    root.record_right = counts.integer("right", 0, kMostCases).value_or(0);
    root.record_wrong = counts.integer("wrong", 0, kMostCases).value_or(0);
  }
  return root;
}

Hypothesis read_hypothesis(const YAML::Node& node, Problems& problems) {
  Hypothesis hypothesis;
  if (node.IsScalar()) {
    hypothesis.id = read_id(node, "hypothesis", problems).value_or("");
  } else {
    Fields fields(node, "hypothesis", {"id", "label", "prior", "imitable", "statement"}, problems);
    hypothesis.id = fields.id("id", true);
    hypothesis.label = fields.text("label");
    hypothesis.prior = fields.number("prior", 0, 1);
    hypothesis.imitable = fields.flag("imitable", true);
    hypothesis.statement = fields.text("statement");
  }
  if (hypothesis.label.empty()) hypothesis.label = hypothesis.id;
  return hypothesis;
}

/// given: {nexus: iran}
void read_given(const YAML::Node& node, Question& question, Problems& problems) {
  if (!node.IsMap() || node.size() != 1) {
    problems.add(line_of(node), fmt::format("given is {}, expected one question and its hypothesis, for example {{nexus: iran}}",
                                            describe(node)));
    return;
  }
  const auto entry = *node.begin();
  question.given_question = read_id(entry.first, "given", problems).value_or("");
  question.given_hypothesis = read_id(entry.second, "given", problems).value_or("");
}

Question read_question(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "question", {"id", "ask", "given", "hypotheses", "not_imitable", "prior_unknown"}, problems);
  Question question;
  question.line = fields.line();
  question.id = fields.id("id", true);
  question.ask = fields.text("ask");
  if (const YAML::Node* given = fields.find("given")) read_given(*given, question, problems);
  for_each_element(fields, "hypotheses", kMaxHypotheses, problems,
                   [&](const YAML::Node& element) { question.hypotheses.push_back(read_hypothesis(element, problems)); });
  question.prior_unknown = fields.number("prior_unknown", 0.001, 0.999).value_or(question.prior_unknown);
  for (const std::string& id : fields.ids("not_imitable")) {
    const auto found = std::find_if(question.hypotheses.begin(), question.hypotheses.end(),
                                    [&](const Hypothesis& h) { return h.id == id; });
    if (found == question.hypotheses.end()) {
      problems.add(line_of(*fields.find("not_imitable")),
                   fmt::format("not_imitable names '{}', expected a hypothesis of question '{}'", id, question.id));
    } else {
      found->imitable = false;
    }
  }
  return question;
}

/// A word or a number. A lone minus sign needs quotes in YAML, else it begins a list.
void read_strength(const YAML::Node& node, Statement& statement, Problems& problems) {
  constexpr std::string_view kExpected =
      "expected ++, +, (+), 0, (-), \"-\" (in quotes), --, the word measured, or a likelihood ratio above 0";
  if (!node.IsScalar()) {
    problems.add(line_of(node), fmt::format("{}: {} is {}, {}", statement.question, statement.hypothesis, describe(node), kExpected));
    return;
  }
  statement.written = node.Scalar();
  if (statement.written == kMeasured) {
    statement.measured = true;
    return;
  }
  for (const Word& word : kWords) {
    if (word.text == statement.written) {
      statement.fraction = word.fraction;
      return;
    }
  }
  Problems ignored;
  statement.ratio = read_number(node, "", 1 / kMaxRatio, kMaxRatio, ignored);
  if (!statement.ratio) {
    problems.add(line_of(node), fmt::format("{}: {} is {}, {}", statement.question, statement.hypothesis, describe(node), kExpected));
  }
}

void read_says(const YAML::Node& node, EvidenceItem& item, Problems& problems) {
  if (!node.IsMap()) {
    problems.add(line_of(node), fmt::format("says is {}, expected {{question: {{hypothesis: word}}}}", describe(node)));
    return;
  }
  for (const auto& question : node) {
    const auto id = read_id(question.first, "question in says", problems);
    if (!id) continue;
    if (!question.second.IsMap()) {
      problems.add(line_of(question.second), fmt::format("says {} is {}, expected {{hypothesis: word}}", *id, describe(question.second)));
      continue;
    }
    for (const auto& entry : question.second) {
      if (item.says.size() >= kMaxListLength || problems.full()) return;
      const auto hypothesis = read_id(entry.first, "hypothesis in says", problems);
      if (!hypothesis) continue;
      Statement statement{*id, *hypothesis, {}, 0, std::nullopt, false};
      read_strength(entry.second, statement, problems);
      item.says.push_back(std::move(statement));
    }
  }
  std::stable_sort(item.says.begin(), item.says.end(), [](const Statement& a, const Statement& b) {
    return std::tie(a.question, a.hypothesis) < std::tie(b.question, b.hypothesis);
  });
}

std::optional<DateSpan> read_date(const YAML::Node& node, std::string_view what, Problems& problems) {
  const auto text = read_text(node, what, problems);
  if (!text) return std::nullopt;
  auto date = parse_date(*text);
  if (date) return *std::move(date);
  problems.add(line_of(node), fmt::format("{} {}", what, date.error().message));
  return std::nullopt;
}

EvidenceKind read_kind(const YAML::Node& node, Problems& problems) {
  const std::string word = node.IsScalar() ? node.Scalar() : std::string();
  if (const auto kind = kind_from_name(word)) return *kind;
  std::vector<std::string_view> names;
  for (const KindRow& row : evidence_kinds()) names.push_back(row.name);
  problems.add(line_of(node), fmt::format("kind is {}, {}", describe(node), expected_one_of(word, names)));
  return EvidenceKind::kAssessment;
}

Source read_source(const YAML::Node& node, Problems& problems) {
  Source source;
  if (node.IsScalar()) {
    source.text = read_text(node, "source", problems).value_or("");
    return source;
  }
  Fields fields(node, "source", {"text", "urls"}, problems);
  source.text = fields.text("text");
  source.urls = fields.texts("urls");
  return source;
}

FileReference read_file_reference(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "file", {"path", "sha256"}, problems);
  FileReference file{fields.text("path"), fields.text("sha256")};
  if (!file.sha256.empty() && !sha256_from_hex(file.sha256)) {
    problems.add(line_of(*fields.find("sha256")),
                 fmt::format("sha256 is '{}', expected 64 hexadecimal digits", file.sha256.substr(0, kMaxIdBytes)));
  }
  return file;
}

void read_issuer(const YAML::Node& node, EvidenceItem& item, Problems& problems) {
  if (node.IsScalar()) {
    item.issuer = read_text(node, "issuer", problems).value_or("");
    return;
  }
  Fields fields(node, "issuer", {"name", "wording", "yardstick", "likelihood", "confidence"}, problems);
  item.issuer = fields.text("name");
  item.wording = fields.text("wording");
  item.issuer_likelihood = fields.text("likelihood");
  item.issuer_confidence = fields.text("confidence");
  if (const YAML::Node* yardstick = fields.find("yardstick")) {
    static constexpr auto kYardsticks = std::to_array<std::string_view>({"phia", "icd203", "none", "unstated"});
    item.yardstick = yardstick->IsScalar() ? yardstick->Scalar() : std::string();
    if (std::find(kYardsticks.begin(), kYardsticks.end(), item.yardstick) == kYardsticks.end()) {
      problems.add(line_of(*yardstick), fmt::format("yardstick is {}, {}", describe(*yardstick),
                                                    expected_one_of(item.yardstick, {kYardsticks.begin(), kYardsticks.end()})));
    }
  }
}

void read_weighing(Fields& fields, EvidenceItem& item, Problems& problems) {
  if (const YAML::Node* says = fields.find("says")) read_says(*says, item, problems);
  item.credibility = fields.integer("credibility", 1, 6).value_or(item.credibility);
  item.spoofability = fields.integer("spoofability", 1, 5).value_or(row_of(item.kind).spoofability);
  item.speaks_for_ancestors = fields.flag("speaks_for_ancestors", true);
  item.derived_from = fields.ids("derived_from");
  item.confirms = fields.ids("confirms");
  item.disproves = fields.ids("disproves");
  item.replaces = fields.ids("replaces");
  item.fact = fields.id("fact", false);
  if (const YAML::Node* measured = fields.find("measured")) {
    Fields inner(*measured, "measured", {"how", "limit"}, problems);
    item.measured_how = inner.text("how");
    item.measured_limit = inner.number("limit", 1, kMaxRatio).value_or(0);
    if (item.measured_how.empty() || inner.find("limit") == nullptr) {
      problems.add(inner.line(), "measured needs 'how' (the method) and 'limit' (the largest ratio that it can show)");
    }
  }
  if (const YAML::Node* kinship = fields.find("kinship")) {
    Fields inner(*kinship, "kinship", {"artifact", "family"}, problems);
    item.kinship = KinshipReference{inner.text("artifact"), inner.text("family")};
    if (item.kinship->artifact.empty() || item.kinship->family.empty()) {
      problems.add(inner.line(), "kinship needs 'artifact' (a file of the case) and 'family' (a name in the index)");
    }
  }
}

EvidenceItem read_item(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "evidence item",
                {"id", "kind", "claim", "event_date", "known_from", "source", "roots", "credibility", "spoofability",
                 "issuer", "says", "speaks_for_ancestors", "derived_from", "confirms", "disproves", "replaces", "fact", "measured",
                 "kinship", "files", "note"},
                problems);
  EvidenceItem item;
  item.line = fields.line();
  item.id = fields.id("id", true);
  if (const YAML::Node* kind = fields.need("kind")) item.kind = read_kind(*kind, problems);
  item.claim = fields.text("claim");
  if (const YAML::Node* date = fields.find("event_date")) item.event_date = read_date(*date, "event_date", problems);
  if (const YAML::Node* date = fields.need("known_from")) {
    item.known_from = read_date(*date, "known_from", problems).value_or(DateSpan{});
  }
  if (const YAML::Node* source = fields.find("source")) item.source = read_source(*source, problems);
  if (fields.need("roots") != nullptr) item.roots = fields.ids("roots");
  if (const YAML::Node* issuer = fields.find("issuer")) read_issuer(*issuer, item, problems);
  read_weighing(fields, item, problems);
  for_each_element(fields, "files", kMaxListLength, problems,
                   [&](const YAML::Node& file) { item.files.push_back(read_file_reference(file, problems)); });
  item.note = fields.text("note");
  return item;
}

CollectionAction read_action(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "collect entry",
                {"action", "question", "confirms", "kind", "root", "grade", "credibility", "find"}, problems);
  CollectionAction action;
  action.line = fields.line();
  if (fields.need("action") != nullptr) action.action = fields.text("action");
  action.question = fields.id("question", false);
  action.confirms = fields.id("confirms", false);
  if (action.confirms.empty()) {
    if (const YAML::Node* kind = fields.need("kind")) action.kind = read_kind(*kind, problems);
    action.root = fields.id("root", true);
  }
  action.grade = read_grade(fields, problems).value_or(SourceGrade::kB);
  action.credibility = fields.integer("credibility", 1, 6).value_or(action.credibility);
  action.find = fields.number("find", 0, 1).value_or(action.find);
  return action;
}

/// FIRST, Traffic Light Protocol 2.0 (2022), the five labels.
std::string read_tlp(const YAML::Node& node, const std::string& label, Problems& problems) {
  static constexpr auto kLabels =
      std::to_array<std::string_view>({"TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"});
  if (std::find(kLabels.begin(), kLabels.end(), label) == kLabels.end()) {
    problems.add(line_of(node), fmt::format("tlp is {}, expected TLP:RED, TLP:AMBER+STRICT, TLP:AMBER, TLP:GREEN or TLP:CLEAR",
                                            describe(node)));
  }
  return label;
}

ArtifactNote read_artifact_note(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "artifact", {"file", "role", "stand_in"}, problems);
  ArtifactNote note;
  note.line = fields.line();
  if (fields.need("file") != nullptr) note.file = fields.text("file");
  note.role = fields.text("role");
  note.stand_in = fields.text("stand_in");
  return note;
}

FamilyNote read_family_note(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "family", {"family", "stand_in"}, problems);
  FamilyNote note;
  note.line = fields.line();
  if (fields.need("family") != nullptr) note.family = fields.text("family");
  note.stand_in = fields.text("stand_in");
  return note;
}

Case read_top(const YAML::Node& node, Problems& problems) {
  Fields fields(node, "case", {"schema", "name", "summary", "notice", "questions", "roots", "evidence", "collect",
                              "tlp", "authors", "artifacts", "families", "clusters", "aims", "losses", "severity"},
                problems);
  Case read;
  if (const YAML::Node* schema = fields.need("schema"); schema != nullptr && fields.text("schema") != kSchema) {
    problems.add(line_of(*schema), fmt::format("schema is {}, expected {}", describe(*schema), kSchema));
  }
  if (fields.need("name") != nullptr) read.name = fields.text("name");
  read.summary = fields.text("summary");
  read.notice = fields.text("notice");
  read.authors = fields.texts("authors");
  if (const YAML::Node* tlp = fields.find("tlp")) read.tlp = read_tlp(*tlp, fields.text("tlp"), problems);
  for_each_element(fields, "questions", kMaxQuestions, problems,
                   [&](const YAML::Node& element) { read.questions.push_back(read_question(element, problems)); });
  for_each_element(fields, "roots", kMaxRoots, problems,
                   [&](const YAML::Node& element) { read.roots.push_back(read_root(element, problems)); });
  for_each_element(fields, "evidence", kMaxItems, problems,
                   [&](const YAML::Node& element) { read.evidence.push_back(read_item(element, problems)); });
  for_each_element(fields, "collect", kMaxCollect, problems,
                   [&](const YAML::Node& element) { read.collect.push_back(read_action(element, problems)); });
  for_each_element(fields, "artifacts", kMaxItems, problems,
                   [&](const YAML::Node& element) { read.artifacts.push_back(read_artifact_note(element, problems)); });
  for_each_element(fields, "families", kMaxItems, problems,
                   [&](const YAML::Node& element) { read.families.push_back(read_family_note(element, problems)); });
  for_each_element(fields, "clusters", kMaxClusters, problems,
                   [&](const YAML::Node& element) { read.clusters.push_back(read_cluster(element, problems)); });
  for_each_element(fields, "aims", kMaxClusters, problems,
                   [&](const YAML::Node& element) { read.aims.push_back(read_sourced_text(element, "aim", problems)); });
  for_each_element(fields, "losses", kMaxClusters, problems,
                   [&](const YAML::Node& element) { read.losses.push_back(read_sourced_text(element, "loss", problems)); });
  if (const YAML::Node* severity = fields.find("severity")) read.severity = read_severity(*severity, problems);
  return read;
}

}  // namespace

CaseReading parse_case(std::string_view yaml) {
  Problems problems;
  CaseReading reading;
  if (const auto tree = load_tree(yaml, fmt::format("a case (schema: {})", kSchema), problems)) {
    try {
      reading.parsed = read_top(*tree, problems);
    } catch (const YAML::Exception& error) {  // yaml-cpp reports some damage only when a node is looked at
      problems.add(error.mark.line + 1, fmt::format("cannot be read: {}", error.msg));
    }
  }
  if (reading.parsed) {
    for (CaseError& error : validate(*reading.parsed)) problems.add(error.line, std::move(error.message));
    reading.warnings = traps(*reading.parsed);
  }
  reading.errors = std::move(problems).take();
  std::stable_sort(reading.errors.begin(), reading.errors.end(),
                   [](const CaseError& a, const CaseError& b) { return a.line < b.line; });
  if (reading.errors.empty() || !reading.parsed) return reading;
  reading.readable = *std::move(reading.parsed);
  reading.parsed.reset();
  return reading;
}

CaseReading read_case(const std::string& path) {
  auto text = read_file(path, kMaxCaseBytes);
  if (!text) return {std::nullopt, {}, {{0, text.error().message}}, {}};
  return parse_case(*text);
}

}  // namespace prova
