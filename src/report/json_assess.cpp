#include "report/json_assess.h"

#include <nlohmann/json.hpp>

#include "report/documents.h"
#include "report/json_case.h"

namespace prova::report {
namespace {

template <typename List, typename Write>
Json each(const List& list, Write write) {
  Json out = Json::array();
  for (const auto& entry : list) out.push_back(write(entry));
  return out;
}

/// {low, mid, high}; nulls where the question was not assessed and the numbers are therefore unset.
Json interval(const ProbabilityInterval& value, bool assessed) {
  const auto one = [&](double p) { return assessed ? number(p) : Json(nullptr); };
  return Json{{"low", one(value.low)}, {"mid", one(value.mid)}, {"high", one(value.high)}};
}

Json terms(const Terms& value) {
  return Json{{"phia", text_or_null(value.phia)},
              {"phia_in_gap", value.phia_in_gap},
              {"phia_range", text_or_null(value.phia_range)},
              {"icd203", text_or_null(value.icd203)},
              {"icd203_range", text_or_null(value.icd203_range)},
              {"why_none", text_or_null(value.why_none)}};
}

Json hypothesis(const HypothesisResult& value, bool assessed) {
  return Json{{"id", text(value.id)},
              {"label", text(value.label)},
              {"probability", interval(value.probability, assessed)},
              {"conditional", interval(value.conditional, assessed)},
              {"prior", number(value.prior)},
              {"terms", terms(value.terms)},
              {"imitable", value.imitable},
              {"posing", assessed ? number(value.posing) : Json(nullptr)},
              {"imitated_by_unknown", assessed ? number(value.imitated_by_unknown) : Json(nullptr)}};
}

Json item_contribution(const ItemContribution& value) {
  return Json{{"item", text(value.item)},
              {"pool", text(value.pool)},
              {"root", text(value.root)},
              {"kind", row_of(value.kind).name},
              {"hypothesis", text(value.hypothesis)},
              {"log10_weight", number(value.log10_weight)},
              {"log10_stated", number(value.log10_stated)},
              {"reliability", number(value.reliability)},
              {"written", text(value.written)},
              {"implied", value.implied},
              {"absorbed", value.absorbed},
              {"note", text_or_null(value.note)}};
}

Json pool_contribution(const PoolContribution& value) {
  return Json{{"pool", text(value.pool)},
              {"label", text(value.label)},
              {"roots", texts(value.roots)},
              {"hypothesis", text(value.hypothesis)},
              {"log10_for", number(value.log10_for)},
              {"log10_against", number(value.log10_against)},
              {"withheld", value.withheld}};
}

/// Which condition it is, for those who word it in another language.
std::string_view rule_name(ConfidenceCriterion criterion) {
  switch (criterion) {
    case ConfidenceCriterion::kHard: return "hard";
    case ConfidenceCriterion::kOwn: return "own";
    case ConfidenceCriterion::kDisclosed: return "disclosed";
    case ConfidenceCriterion::kAspects: return "aspects";
    case ConfidenceCriterion::kSupport: return "support";
    case ConfidenceCriterion::kAbove: return "above";
    case ConfidenceCriterion::kCarried: return "carried";
    case ConfidenceCriterion::kNothing: return "nothing";
    case ConfidenceCriterion::kSoft: return "soft";
  }
  return "nothing";
}

Json confidence(const Confidence& value, bool with_criteria) {
  Json out{{"level", name_of(value.level)}, {"reasons", texts(value.reasons)}};
  if (!with_criteria) return out;
  out["criteria"] = each(value.criteria, [](const ConfidenceReason& reason) {
    return Json{{"level", name_of(reason.level)}, {"met", reason.met}, {"text", text(reason.text)}, {"rule", rule_name(reason.criterion)},
                {"found", number(reason.found)}, {"needed", number(reason.needed)}, {"source", text_or_null(reason.source)}};
  });
  return out;
}

Json sensitivity(const SensitivityEntry& value) {
  return Json{{"question", text(value.question)},
              {"hypothesis", text(value.hypothesis)},
              {"of", name_of(value.of)},
              {"id", text(value.id)},
              {"label", text(value.label)},
              {"log10_odds", number(value.log10_odds)},
              {"probability_without", number(value.probability_without)},
              {"leader_without", text_or_null(value.leader_without)},
              {"decisive", value.decisive}};
}

Json next_evidence(const NextEvidence& value) {
  return Json{{"question", text(value.question)},
              {"action", text(value.action)},
              {"kind", row_of(value.kind).name},
              {"bits", number(value.bits)},
              {"entropy_bits", number(value.entropy_bits)},
              {"find", number(value.find)},
              {"confirms", value.confirms ? text_or_null(value.item) : Json(nullptr)}};
}

Json other_assessment(const OtherAssessment& value) {
  return Json{{"item", text(value.item)},
              {"issuer", text(value.issuer)},
              {"known_from", day(value.known_from)},
              {"kind", row_of(value.kind).name},
              {"wording", text(value.wording)},
              {"yardstick", text_or_null(value.yardstick)},
              {"yardstick_range", text_or_null(value.yardstick_range)},
              {"likelihood", text_or_null(value.likelihood)},
              {"confidence", text_or_null(value.confidence)},
              {"says", texts(value.says)},
              {"roots", texts(value.roots)},
              {"echo_of", texts(value.echo_of)},
              {"withheld", value.withheld},
              {"counted", value.counted},
              {"why_not", text_or_null(value.why_not)},
              {"source", text(value.source)},
              {"urls", texts(value.urls)}};
}

}  // namespace

Json day(Day value) { return text_or_null(day_text(value)); }

Json question_fields(const QuestionResult& question, bool with_terms_of_reasoning) {
  Json out{{"id", text(question.id)}, {"ask", text(question.ask)}, {"assessed", question.assessed}};
  out["given"] =
      question.given_question.empty()
          ? Json(nullptr)
          : Json{{"question", text(question.given_question)},
                 {"hypothesis", text(question.given_hypothesis)},
                 {"probability", question.given_probability ? number(*question.given_probability) : Json(nullptr)}};
  out["hypotheses"] =
      each(question.hypotheses, [&](const HypothesisResult& h) { return hypothesis(h, question.assessed); });
  out["leading"] = question.leading ? text(*question.leading) : Json(nullptr);
  out["separable"] = question.separable;
  out["resolved"] = question.resolved;
  out["why_not"] = text_or_null(question.why_not);
  out["confidence"] = confidence(question.confidence, with_terms_of_reasoning);
  if (with_terms_of_reasoning) {
    out["items"] = each(question.items, item_contribution);
    out["pools"] = each(question.pools, pool_contribution);
  }
  return out;
}

Json assess_fields(const Assessment& assessment) {
  return Json{
      {"case", text(assessment.case_name)},
      {"notice", text_or_null(assessment.notice)},
      {"as_of", day(assessment.as_of)},
      {"items_known", assessment.items_known},
      {"items_counted", assessment.items_counted},
      {"questions", each(assessment.questions, [](const QuestionResult& q) { return question_fields(q, true); })},
      {"sensitivity", each(assessment.sensitivity, sensitivity)},
      {"contradictions", each(assessment.contradictions,
                              [](const Contradiction& c) {
                                return Json{{"question", text(c.question)},
                                            {"item_a", text(c.item_a)},
                                            {"item_b", text(c.item_b)},
                                            {"text", text(c.text)}};
                              })},
      {"next_evidence", each(assessment.next_evidence, next_evidence)},
      {"others", each(assessment.others, other_assessment)},
      {"silent", each(assessment.silent,
                      [](const SilentItem& s) {
                        return Json{{"item", text(s.item)}, {"reason", name_of(s.reason)}, {"text", text(s.text)}};
                      })},
      {"warnings", texts(assessment.warnings)}};
}

std::string assess_document(const Assessment& assessment, const Case& input) {
  Json document{{"schema", "prova/assess/1"}};
  document.update(assess_fields(assessment));
  document["reporting"] = reporting_fields(input, assessment.as_of);
  document["severity"] = severity_fields(input);
  return print(document);
}

}  // namespace prova::report
