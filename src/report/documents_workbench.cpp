#include "report/documents_workbench.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "attribution/words.h"
#include "report/json_assess.h"
#include "report/json_values.h"

namespace prova::report {
namespace {

template <typename List, typename Write>
Json each(const List& list, Write write) {
  Json out = Json::array();
  for (const auto& entry : list) out.push_back(write(entry));
  return out;
}

std::string grade_text(SourceGrade grade) { return std::string(1, static_cast<char>(grade)); }

Json question_entry(const Question& question) {
  const Json given = question.given_question.empty()
                         ? Json(nullptr)
                         : Json{{"question", text(question.given_question)}, {"hypothesis", text(question.given_hypothesis)}};
  return Json{{"id", text(question.id)},
              {"ask", text(question.ask)},
              {"given", given},
              {"prior_unknown", number(question.prior_unknown)},
              {"line", question.line},
              {"hypotheses", each(question.hypotheses, [](const Hypothesis& h) {
                 return Json{{"id", text(h.id)}, {"label", text(h.label)}, {"prior", h.prior ? number(*h.prior) : Json(nullptr)},
                             {"imitable", h.imitable}, {"statement", text_or_null(h.statement)}};
               })}};
}

Json root_entry(const Root& root) {
  return Json{{"id", text(root.id)}, {"label", text_or_null(root.label)}, {"grade", grade_text(root.grade)},
              {"pool", text(root.pool_id())}, {"record", {{"right", root.record_right}, {"wrong", root.record_wrong}}},
              {"line", root.line}};
}

Json issuer_entry(const EvidenceItem& item) {
  if (item.issuer.empty() && item.wording.empty()) return nullptr;
  return Json{{"name", text_or_null(item.issuer)}, {"wording", text_or_null(item.wording)}, {"yardstick", text_or_null(item.yardstick)},
              {"likelihood", text_or_null(item.issuer_likelihood)}, {"confidence", text_or_null(item.issuer_confidence)}};
}

Json item_entry(const EvidenceItem& item) {
  return Json{{"id", text(item.id)},
              {"kind", row_of(item.kind).name},
              {"claim", text(item.claim)},
              {"event_date", item.event_date ? text(item.event_date->text) : Json(nullptr)},
              {"known_from", text_or_null(item.known_from.text)},
              {"known_from_day", day(item.known_from.last)},
              {"source", {{"text", text_or_null(item.source.text)}, {"urls", texts(item.source.urls)}}},
              {"roots", texts(item.roots)},
              {"credibility", item.credibility},
              {"spoofability", item.spoofability},
              {"issuer", issuer_entry(item)},
              {"says", each(item.says, [](const prova::Statement& said) {
                 return Json{{"question", text(said.question)}, {"hypothesis", text(said.hypothesis)}, {"strength", text(said.written)}};
               })},
              {"speaks_for_ancestors", item.speaks_for_ancestors},
              {"derived_from", texts(item.derived_from)},
              {"confirms", texts(item.confirms)},
              {"disproves", texts(item.disproves)},
              {"replaces", texts(item.replaces)},
              {"fact", text_or_null(item.fact)},
              {"measured", item.measured_how.empty() ? Json(nullptr) : Json{{"how", text(item.measured_how)}, {"limit", number(item.measured_limit)}}},
              {"kinship", item.kinship ? Json{{"artifact", text(item.kinship->artifact)}, {"family", text(item.kinship->family)}} : Json(nullptr)},
              {"files", each(item.files, [](const FileReference& file) {
                 return Json{{"path", text_or_null(file.path)}, {"sha256", text_or_null(file.sha256)}};
               })},
              {"note", text_or_null(item.note)},
              {"line", item.line}};
}

/// Each source once, with the items that cite it; in the order of the case.
Json source_entries(const Case& input) {
  std::map<std::pair<std::string, std::vector<std::string>>, std::size_t> places;
  std::vector<std::pair<const Source*, std::vector<std::string>>> sources;
  for (const EvidenceItem& item : input.evidence) {
    if (item.source.text.empty() && item.source.urls.empty()) continue;
    const auto [at, fresh] = places.emplace(std::pair(item.source.text, item.source.urls), sources.size());
    if (fresh) sources.emplace_back(&item.source, std::vector<std::string>());
    sources[at->second].second.push_back(item.id);
  }
  return each(sources, [](const auto& source) {
    return Json{{"text", text_or_null(source.first->text)}, {"urls", texts(source.first->urls)}, {"items", texts(source.second)}};
  });
}

Json cluster_entry(const ActivityCluster& cluster) {
  return Json{{"id", text(cluster.id)}, {"name", text(cluster.name)}, {"also", texts(cluster.also)}, {"role", name_of(cluster.role)},
              {"did", text_or_null(cluster.did)}, {"evidence", texts(cluster.evidence)}, {"questions", texts(cluster.questions)},
              {"earlier_victims", texts(cluster.earlier_victims)}, {"earlier_evidence", texts(cluster.earlier_evidence)},
              {"links", each(cluster.links, [](const ActivityLink& link) {
                 return Json{{"to", text(link.to)}, {"relation", name_of(link.relation)}, {"evidence", texts(link.evidence)}};
               })}};
}

Json sourced_entry(const SourcedText& one) {
  return Json{{"id", text(one.id)}, {"text", text(one.text)}, {"evidence", texts(one.evidence)}};
}

Json collect_entry(const CollectionAction& action) {
  return Json{{"action", text(action.action)}, {"question", text_or_null(action.question)}, {"confirms", text_or_null(action.confirms)},
              {"kind", row_of(action.kind).name}, {"root", text_or_null(action.root)}, {"find", number(action.find)}, {"line", action.line}};
}

/// The closed lists that an editor offers.
Json choices() {
  Json kinds = each(evidence_kinds(), [](const KindRow& row) {
    return Json{{"name", row.name}, {"label", row.label}, {"spoofability", row.spoofability}, {"cap", number(row.cap)},
                {"aspect", name_of(row.aspect)}, {"why", row.why}};
  });
  return Json{{"kinds", std::move(kinds)},
              {"grades", {"A", "B", "C", "D", "E", "F"}},
              {"strengths", {"++", "+", "(+)", "0", "(-)", "-", "--"}},
              {"issuer_yardsticks", {"phia", "icd203", "none", "unstated"}}};
}

Json case_errors(const std::vector<CaseError>& errors) {
  return each(errors, [](const CaseError& error) {
    return Json{{"line", error.line > 0 ? Json(error.line) : Json(nullptr)}, {"message", text(error.message)}};
  });
}

Json yardstick(std::string_view id, std::string_view name, std::span<const YardstickRow> rows) {
  return Json{{"id", id}, {"name", name}, {"unit", "per cent"}, {"terms", each(rows, [](const YardstickRow& row) {
                return Json{{"term", row.term}, {"low", number(row.low)}, {"high", number(row.high)}};
              })}};
}

std::string_view name_of_sentence(SentenceKind kind) {
  switch (kind) {
    case SentenceKind::kLikelihood: return "likelihood";
    case SentenceKind::kConfidence: return "confidence";
    case SentenceKind::kFinding: return "finding";
    case SentenceKind::kUnknown: return "unknown";
  }
  return "finding";
}

Json sentence_entry(const Sentence& sentence, Language language) {
  return Json{{"kind", name_of_sentence(sentence.kind)}, {"text", text(sentence.text)}, {"evidence", texts(sentence.evidence)},
              {"findings", each(lint(sentence, language), [](const LintFinding& finding) {
                 return Json{{"rule", name_of(finding.rule)}, {"word", text_or_null(finding.word)}};
               })}};
}

Json block_entry(const StatementBlock& block, Language language) {
  if (!block.subheading.empty()) return Json{{"type", "subheading"}, {"text", text(block.subheading)}};
  if (!block.table.head.empty()) {
    return Json{{"type", "table"}, {"head", texts(block.table.head)}, {"rows", each(block.table.rows, texts)},
                {"ids", texts(block.table.ids)}, {"left_out", block.table.left_out}};
  }
  if (!block.figure_text.empty() || !block.figure.empty()) return Json{{"type", "figure"}, {"text", text(block.figure_text)}};
  return Json{{"type", block.bullet ? "bullet" : "paragraph"}, {"sentences", Json::array({sentence_entry(block.sentence, language)})}};
}

}  // namespace

std::string case_file_document(const CaseFileView& view) {
  const Case& input = *view.input;
  return print(Json{{"schema", "prova/workbench-case/1"},
                    {"id", view.id},
                    {"name", text(input.name)},
                    {"directory", text(view.directory)},
                    {"revision", text_or_null(view.revision)},
                    {"errors", case_errors(view.errors)},
                    {"warnings", case_errors(view.warnings)},
                    {"summary", text_or_null(input.summary)},
                    {"notice", text_or_null(input.notice)},
                    {"tlp", text_or_null(input.tlp)},
                    {"authors", texts(input.authors)},
                    {"questions", each(input.questions, question_entry)},
                    {"roots", each(input.roots, root_entry)},
                    {"sources", source_entries(input)},
                    {"evidence", each(input.evidence, item_entry)},
                    {"collect", each(input.collect, collect_entry)},
                    {"clusters", each(input.clusters, cluster_entry)},
                    {"aims", each(input.aims, sourced_entry)},
                    {"losses", each(input.losses, sourced_entry)},
                    {"choices", choices()},
                    {"reported_at", text_or_null(view.reported_at)}});
}

std::string workbench_document(const std::string& version, const std::string& user, const std::vector<CaseListing>& cases) {
  return print(Json{{"schema", "prova/workbench/1"},
                    {"version", text(version)},
                    {"user", text(user)},
                    {"cases", each(cases, [](const CaseListing& one) {
                       return Json{{"id", one.id}, {"name", text(one.name)}, {"directory", text(one.directory)}, {"errors", one.errors}};
                     })},
                    {"languages", {code_of(Language::kEnglish), code_of(Language::kFrench), code_of(Language::kAlbanian)}},
                    {"audiences", {name_of(Audience::kPublic), name_of(Audience::kTechnical)}},
                    {"tlp", {"TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"}},
                    {"yardsticks", {"phia", "icd203"}},
                    {"yardstick_terms", {yardstick("phia", kPhiaName, phia_rows()), yardstick("icd203", kIcd203Name, icd203_rows())}}});
}

std::string statement_document(const Statement& statement, std::size_t untranslated) {
  const Language language = statement.language;
  Json sections = each(statement.sections, [&](const StatementSection& section) {
    return Json{{"id", section.id}, {"heading", text(section.heading)},
                {"blocks", each(section.blocks, [&](const StatementBlock& block) { return block_entry(block, language); })}};
  });
  return print(Json{{"schema", "prova/statement/1"},
                    {"language", code_of(language)},
                    {"audience", name_of(statement.audience)},
                    {"title", text(statement.title)},
                    {"kind", text(statement.kind)},
                    {"tlp", text_or_null(statement.tlp)},
                    {"as_of", text(statement.as_of)},
                    {"notice", text_or_null(statement.notice)},
                    {"summary", text_or_null(statement.summary)},
                    {"untranslated", untranslated},
                    {"sections", std::move(sections)},
                    {"findings", texts(lint(statement))}});
}

std::string mistakes_document(const std::string& file, const std::vector<CaseError>& errors) {
  const std::string what = std::to_string(errors.size()) + (errors.size() == 1 ? " mistake" : " mistakes");
  Json document{{"schema", "prova/error/1"}, {"error", text(file + " has " + what + "; correct them, and this answers again")}};
  if (!errors.empty() && errors.front().line > 0) document["line"] = errors.front().line;
  document["errors"] = case_errors(errors);
  return print(document);
}

}  // namespace prova::report
