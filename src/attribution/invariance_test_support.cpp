#include "attribution/invariance_test_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace prova::testing_support {
namespace {

std::size_t below(std::mt19937& random, std::size_t n) { return random() % n; }

Question make_question(std::string id, std::vector<std::string> hypotheses, std::string given = {}, std::string which = {}) {
  Question question;
  question.id = std::move(id);
  question.given_question = std::move(given);
  question.given_hypothesis = std::move(which);
  for (std::string& h : hypotheses) question.hypotheses.push_back({h, h, std::nullopt, true});
  return question;
}

EvidenceItem random_item(std::size_t n, const Case& input, std::mt19937& random) {
  EvidenceItem item;
  item.id = fmt::format("E{:02}", n);
  do {
    item.kind = evidence_kinds()[below(random, evidence_kinds().size())].kind;
  } while (item.kind == EvidenceKind::kKinship || item.kind == EvidenceKind::kForgeryProof);
  item.known_from = parse_date(fmt::format("2022-0{}-1{}", 1 + below(random, 6), below(random, 10))).value();
  std::set<std::string> roots{input.roots[below(random, input.roots.size())].id};
  if (below(random, 5) == 0) roots.insert(input.roots[below(random, input.roots.size())].id);
  item.roots.assign(roots.begin(), roots.end());
  item.credibility = static_cast<int>(1 + below(random, 6));
  item.spoofability = row_of(item.kind).spoofability;
  if (below(random, 8) == 0) item.fact = "fact";
  std::set<std::pair<std::string, std::string>> said;
  for (std::size_t k = 1 + below(random, 3); k > 0; --k) {
    const Question& question = input.questions[below(random, input.questions.size())];
    const Hypothesis& h = question.hypotheses[below(random, question.hypotheses.size())];
    if (!said.insert({question.id, h.id}).second) continue;
    const double fraction = (static_cast<double>(below(random, 7)) - 3) / 3;
    item.says.push_back({question.id, h.id, fmt::format("{:.2f}", fraction), fraction, std::nullopt, false});
  }
  std::sort(item.says.begin(), item.says.end(), [](const Statement& a, const Statement& b) {
    return std::tie(a.question, a.hypothesis) < std::tie(b.question, b.hypothesis);
  });
  return item;
}

/// Ids that other items refer to.
std::set<std::string> referred(const Case& input) {
  std::set<std::string> ids;
  for (const EvidenceItem& item : input.evidence) {
    ids.insert(item.derived_from.begin(), item.derived_from.end());
    ids.insert(item.disproves.begin(), item.disproves.end());
  }
  return ids;
}

/// Everything in an assessment that transformations must leave alone, with numbers to the last bit.
std::string exact_answers(const Case& input, Day day) {
  std::string text;
  const Assessment result = assess(input, {}, {.as_of = day, .sensitivity = false});
  std::vector<std::string> parts;
  for (const QuestionResult& q : result.questions) {
    for (const HypothesisResult& h : q.hypotheses) {
      parts.push_back(fmt::format("{} {} {:a} {:a} {:a} {:a} {:a} {:a} {:a} {:a} {}", q.id, h.id, h.probability.low, h.probability.mid,
                                  h.probability.high, h.conditional.low, h.conditional.mid, h.conditional.high, h.posing,
                                  h.imitated_by_unknown, h.terms.phia_range));
    }
    for (const PoolContribution& p : q.pools) {
      parts.push_back(fmt::format("{} pool {} {} {:a} {:a}", q.id, p.pool, p.hypothesis, p.log10_for, p.log10_against));
    }
    parts.push_back(fmt::format("{} {} {} {} {}", q.id, q.assessed, q.resolved, name_of(q.confidence.level),
                                fmt::join(q.confidence.reasons, "; ")));
  }
  std::sort(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, "\n"));
}

}  // namespace

Case random_case(unsigned seed) {
  std::mt19937 random(seed);
  Case made;
  made.name = fmt::format("random {}", seed);
  made.questions = {make_question("nation", {"n1", "n2", "n3", "n4"}),
                    make_question("direction", {"state", "alone"}, "nation", "n2"),
                    make_question("organ", {"army", "service"}, "direction", "state"), make_question("wave", {"same", "other"})};
  made.questions[0].hypotheses[3].imitable = false;
  for (std::size_t r = 0; r < 6; ++r) {
    Root root;
    root.id = fmt::format("R{}", r);
    root.grade = static_cast<SourceGrade>('A' + below(random, 6));
    if (r >= 4) root.pool = "allies";
    made.roots.push_back(root);
  }
  const std::size_t items = 3 + below(random, 28);
  for (std::size_t n = 0; n < items; ++n) {
    EvidenceItem item = random_item(n, made, random);
    if (n > 2 && below(random, 10) == 0) item.derived_from = {made.evidence[below(random, n)].id};
    if (n > 2 && below(random, 12) == 0) {
      item.disproves = {made.evidence[below(random, n)].id};
      if (below(random, 2) == 0) item.kind = EvidenceKind::kForgeryProof;
    }
    made.evidence.push_back(std::move(item));
  }
  return made;
}

Case shuffled(Case input, std::mt19937& random) {
  std::shuffle(input.questions.begin(), input.questions.end(), random);
  for (Question& q : input.questions) std::shuffle(q.hypotheses.begin(), q.hypotheses.end(), random);
  std::shuffle(input.roots.begin(), input.roots.end(), random);
  std::shuffle(input.evidence.begin(), input.evidence.end(), random);
  for (EvidenceItem& item : input.evidence) std::shuffle(item.says.begin(), item.says.end(), random);
  return input;
}

EvidenceItem renamed(EvidenceItem item, std::string id) {
  item.id = std::move(id);
  return item;
}

Case with_loud_echoes(Case input) {
  const std::vector<EvidenceItem> originals = input.evidence;
  for (const EvidenceItem& original : originals) {
    EvidenceItem echo = renamed(original, "echo." + original.id);
    echo.kind = EvidenceKind::kCustody;
    echo.credibility = 1;
    echo.roots = {"R0"};
    echo.disproves.clear();
    echo.derived_from = {original.id};
    for (Statement& s : echo.says) s.fraction = s.fraction < 0 ? -1 : 1;
    input.evidence.push_back(std::move(echo));
  }
  return input;
}

Case split_by_statement(const Case& input, bool repeat) {
  Case split = input;
  split.evidence.clear();
  const std::set<std::string> kept_whole = referred(input);
  for (const EvidenceItem& item : input.evidence) {
    const bool linked = kept_whole.contains(item.id) || !item.disproves.empty() || !item.derived_from.empty();
    if (linked) {
      split.evidence.push_back(item);
      continue;
    }
    for (std::size_t k = 0; k < item.says.size(); ++k) {
      EvidenceItem part = renamed(item, fmt::format("{}.{}", item.id, k));
      part.says = {item.says[k]};
      split.evidence.push_back(part);
      if (repeat) split.evidence.push_back(renamed(part, fmt::format("{}.{}.again", item.id, k)));
    }
  }
  return split;
}

void expect_same_answers(const Case& a, const Case& b, Day day) { EXPECT_EQ(exact_answers(a, day), exact_answers(b, day)); }

}  // namespace prova::testing_support
