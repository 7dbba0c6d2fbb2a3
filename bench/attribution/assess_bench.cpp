// Time of one full assessment (intervals, confidence, sensitivity, contradictions, next evidence) of made-up cases.
// Usage: assess_bench [ITEMS HYPOTHESES ROOTS [REPEATS]]; without arguments the case of the published figure.

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fmt/format.h>
#include <random>

#include "attribution/assess.h"

namespace {

using namespace prova;

/// One question with `hypotheses`, one below it with three, `items` items on `roots` roots with two statements each.
Case make_case(std::size_t items, std::size_t hypotheses, std::size_t roots) {
  std::mt19937 random(1);
  Case made;
  Question who, organ;
  who.id = "who";
  for (std::size_t h = 0; h < hypotheses; ++h) who.hypotheses.push_back({fmt::format("h{:02}", h), fmt::format("h{:02}", h), {}, true});
  organ.id = "organ";
  organ.given_question = "who";
  organ.given_hypothesis = "h00";
  for (const char* h : {"a", "b", "c"}) organ.hypotheses.push_back({h, h, {}, true});
  made.questions = {who, organ};
  for (std::size_t r = 0; r < roots; ++r) {
    Root root;
    root.id = fmt::format("R{:03}", r);
    root.grade = static_cast<SourceGrade>('A' + random() % 4);
    made.roots.push_back(root);
  }
  for (std::size_t i = 0; i < items; ++i) {
    EvidenceItem item;
    item.id = fmt::format("E{:04}", i);
    item.kind = evidence_kinds()[random() % (evidence_kinds().size() - 2)].kind;
    item.known_from = parse_date("2022-01-01").value();
    item.roots = {made.roots[random() % roots].id};
    item.credibility = static_cast<int>(1 + random() % 5);
    item.spoofability = row_of(item.kind).spoofability;
    const Question& question = random() % 5 == 0 ? organ : who;
    const std::size_t n = question.hypotheses.size();
    const std::size_t first = random() % n, second = (first + 1 + random() % (n - 1)) % n;
    item.says = {{question.id, question.hypotheses[first].id, "++", 1, {}, false},
                 {question.id, question.hypotheses[second].id, "-", -2.0 / 3, {}, false}};
    made.evidence.push_back(std::move(item));
  }
  return made;
}

std::size_t argument(int argc, char** argv, int at, std::size_t otherwise) {
  return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t items = argument(argc, argv, 1, 1000), hypotheses = argument(argc, argv, 2, 20);
  const std::size_t roots = argument(argc, argv, 3, 25), repeats = argument(argc, argv, 4, 5);
  const Case made = make_case(items, hypotheses, roots);
  // Processor time, not wall time: the figure should not depend on who else uses the machine.
  const auto seconds = [](std::clock_t from) { return static_cast<double>(std::clock() - from) / CLOCKS_PER_SEC; };
  double full = 1e9, plain = 1e9;
  std::size_t entries = 0;
  for (std::size_t n = 0; n < repeats; ++n) {
    std::clock_t start = std::clock();
    entries = assess(made).sensitivity.size();
    full = std::min(full, seconds(start));
    start = std::clock();
    (void)assess(made, {}, {.as_of = std::nullopt, .sensitivity = false});
    plain = std::min(plain, seconds(start));
  }
  fmt::print("{{\"items\": {}, \"hypotheses\": {}, \"roots\": {}, \"assess_cpu_s\": {:.4f}, \"without_sensitivity_cpu_s\": {:.4f}, "
             "\"sensitivity_entries\": {}}}\n", items, hypotheses, roots, full, plain, entries);
  return 0;
}
