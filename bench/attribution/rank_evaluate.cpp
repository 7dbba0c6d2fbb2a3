// Measures the ranking of known groups on held-out reports, or (--fit HEADER) fits the weights that are shipped.
// Usage: rank_evaluate [--fit HEADER] [--draws N] FILE…     (an ATT&CK bundle and, for nations, MISP galaxy files)

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <random>

#include "knowledge/import.h"
#include "knowledge/shipped.h"
#include "ranking_fit.h"
#include "ranking_measures.h"

namespace {

using namespace prova;
using namespace prova::bench;
using knowledge::Corpus;
using knowledge::RankingWeights;

constexpr int kHalvings = 20;  // Five differ from other five by a hundredth and more in the nation.
constexpr const char* kColumns[] = {"top1", "top3", "top5", "mrr", "nation", "nation_first", "kept_top1", "kept_mrr",
                                    "nll_closed", "nll_open", "ece", "auroc"};

struct Options {
  std::string header;
  int draws = 1000;
  std::vector<std::string> files;
};

/// The four columns of the table.
struct View {
  const char* name;
  const std::vector<Asked>* asked;
  Knowledge knowledge;
};

using Training = std::vector<const Asked*>;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<knowledge::Source> import_all(const std::vector<std::string>& files) {
  std::vector<knowledge::Source> sources;
  for (const std::string& file : files) {
    const auto start = std::chrono::steady_clock::now();
    auto source = knowledge::import_file(file, "");
    if (!source) {
      fmt::print(stderr, "{}\n", to_string(source.error()));
      std::exit(3);
    }
    fmt::print("Imported {} in {:.2f} s: {} groups, {} programs, {} techniques, {} citations, {} skipped\n", source->id, seconds_since(start),
               source->groups.size(), source->software.size(), source->techniques.size(), source->citations.size(), source->skipped_count);
    sources.push_back(*std::move(source));
  }
  return sources;
}

/// Names, nations and links of the shipped file; not what its groups used, which ATT&CK has already.
knowledge::Source shipped_nations() {
  knowledge::Source source = knowledge::shipped_source();
  for (knowledge::Group& group : source.groups) {
    group.techniques.clear();
    group.software.clear();
  }
  return source;
}

/// Half of the groups: a seeded shuffle.
std::vector<std::uint8_t> half_of(std::size_t groups, std::uint64_t seed) {
  std::vector<std::size_t> order(groups);
  for (std::size_t i = 0; i < groups; ++i) order[i] = i;
  std::mt19937_64 random(seed);
  for (std::size_t i = groups; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  std::vector<std::uint8_t> half(groups, 0);
  for (std::size_t i = 0; i < groups / 2; ++i) half[order[i]] = 1;
  return half;
}

using Tested = std::function<bool(const HeldOut&)>;

std::vector<Answer> answers(const Corpus& corpus, const View& view, const RankingWeights& weights, const Tested& tested) {
  std::vector<Answer> out;
  for (const Asked& one : *view.asked) {
    if (one.knowledge == view.knowledge && tested(*one.held_out)) out.push_back(answer(corpus, one, weights));
  }
  return out;
}

void print_header(const std::string& what) {
  fmt::print("\n{}\n\n| view | queries |", what);
  for (const char* column : kColumns) fmt::print(" {} |", column);
  fmt::print("\n|---|---|");
  for (std::size_t i = 0; i < std::size(kColumns); ++i) fmt::print("---|");
  fmt::print("\n");
}

void print_row(const char* name, const std::vector<std::vector<Answer>>& repeats, int draws) {
  std::size_t queries = 0;
  for (const Answer& one : repeats.front()) queries += one.absent ? 0 : 1;
  fmt::print("| {} | {} |", name, queries);
  const auto figures = measure_with_intervals(repeats, draws);
  for (const char* column : kColumns) {
    const auto found = figures.find(column);
    if (found == figures.end()) fmt::print(" |");
    else if (draws == 0) fmt::print(" {:.3f} |", found->second.value);
    else fmt::print(" {:.3f} [{:.2f} {:.2f}] |", found->second.value, found->second.low, found->second.high);
  }
  fmt::print("\n");
}

/// How often the largest probability was right, by what was stated.
void print_reliability(const char* name, const std::vector<std::vector<Answer>>& repeats) {
  fmt::print("\nStated, {}:", name);
  for (const int percent : {50, 80, 90, 95}) {
    double stated = 0, right = 0;
    for (const auto& list : repeats) {
      for (const Answer& one : list) {
        if (one.confidence * 100 < percent) continue;
        stated += 1, right += one.right ? 1 : 0;
      }
    }
    fmt::print(" >= {} %: right {:.3f} of {:.0f};", percent, stated > 0 ? right / stated : 0, stated / static_cast<double>(repeats.size()));
  }
  fmt::print("\n");
}

void evaluate_halvings(const Corpus& corpus, const std::vector<View>& views, const Training& training, int draws) {
  std::vector<std::vector<std::vector<Answer>>> repeats(views.size());
  for (int halving = 0; halving < kHalvings; ++halving) {
    const auto half = half_of(corpus.profiles.size(), static_cast<std::uint64_t>(halving) + 1);
    std::vector<std::vector<Answer>> both(views.size());
    for (const std::uint8_t side : {std::uint8_t{0}, std::uint8_t{1}}) {
      const RankingWeights weights = fit(training, [&](const HeldOut& one) { return half[one.profile] == side; });
      for (std::size_t v = 0; v < views.size(); ++v) {
        const auto part = answers(corpus, views[v], weights, [&](const HeldOut& one) { return half[one.profile] != side; });
        both[v].insert(both[v].end(), part.begin(), part.end());
      }
    }
    for (std::size_t v = 0; v < views.size(); ++v) repeats[v].push_back(std::move(both[v]));
  }
  print_header(fmt::format("Held-out groups: fitted on half of them, tested on the other half, {} random halvings; 95 % intervals draw whole groups", kHalvings));
  for (std::size_t v = 0; v < views.size(); ++v) print_row(views[v].name, repeats[v], draws);
  print_reliability(views[0].name, repeats[0]);
}

void evaluate_in_time(const Corpus& corpus, const std::vector<View>& views, const Training& training) {
  const Day cut = std::chrono::sys_days{std::chrono::year{2019} / std::chrono::June / 1};
  const RankingWeights weights = fit(training, [&](const HeldOut& one) { return one.date && *one.date < cut; });
  print_header("In time: fitted on reports before June 2019, tested on later ones");
  for (const View& view : views) {
    print_row(view.name, {answers(corpus, view, weights, [&](const HeldOut& one) { return one.date && *one.date >= cut; })}, 0);
  }
}

void evaluate_bm25(const Corpus& corpus, const std::vector<View>& views) {
  print_header("Anchor: BM25 over techniques and programs, on the same queries");
  for (const View& view : views) {
    std::vector<Answer> list;
    for (const Asked& one : *view.asked) {
      if (one.knowledge == view.knowledge) list.push_back(answer_bm25(corpus, one));
    }
    print_row(view.name, {list}, 0);
  }
}

template <typename Array>
std::string list_of(const Array& values) {
  std::string out;
  for (const double value : values) out += fmt::format("{}{:.6g}", out.empty() ? "" : ", ", value);
  return "{" + out + "}";
}

void write_header(const std::string& path, const RankingWeights& w, const std::string& fitted_on) {
  std::ofstream out(path);
  out << "#pragma once\n// Written by bench/attribution/rank --fit; do not edit. docs/methods/ranking.md says what was fitted on what.\n\n"
         "#include \"knowledge/ranking_model.h\"\n\nnamespace prova::knowledge {\n\n"
         "constexpr RankingWeights kShippedRankingWeights{\n"
      << fmt::format("    {},  // in the order of RankingFeatureName\n    {:.6g},\n    {},\n    {},\n    {},\n    {:.6g},\n    \"{}\"}};\n", list_of(w.group),
                     w.known_constant, list_of(w.known), list_of(w.mean), list_of(w.spread), w.base_rate, fitted_on)
      << "\n}  // namespace prova::knowledge\n";
}

void print_weights(const RankingWeights& w) {
  fmt::print("\nWeights:");
  for (std::size_t j = 0; j < knowledge::kRankingFeatures; ++j) {
    fmt::print(" {} {:.4g};", name_of(static_cast<knowledge::RankingFeatureName>(j)), w.group[j]);
  }
  fmt::print("\nKnown: constant {:.4g}, weights {}, mean {}, spread {}, base rate {:.4g}\n", w.known_constant, list_of(w.known),
             list_of(w.mean), list_of(w.spread), w.base_rate);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--fit") == 0 && i + 1 < argc) options.header = argv[++i];
    else if (std::strcmp(argv[i], "--draws") == 0 && i + 1 < argc) options.draws = std::atoi(argv[++i]);
    else options.files.emplace_back(argv[i]);
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  if (options.files.empty()) {
    fmt::print(stderr, "usage: rank_evaluate [--fit HEADER] [--draws N] FILE...\n");
    return 2;
  }
  std::vector<knowledge::Source> sources = import_all(options.files);
  sources.push_back(shipped_nations());
  std::string fitted_on = "1 (";
  for (const auto& source : sources) if (!source.sha256.empty()) fitted_on += (fitted_on.size() > 3 ? ", " : "") + source.id + " " + source.sha256.substr(0, 12);
  const knowledge::KnowledgeBase base(std::move(sources));
  const Corpus corpus = build_corpus(base, knowledge::Uncited::kDrop);
  const auto loro = leave_one_report_out(corpus), year = leave_one_year_out(corpus);
  const auto start = std::chrono::steady_clock::now();
  const auto loro_asked = ask(corpus, loro), year_asked = ask(corpus, year);
  std::size_t nations = 0;
  for (const auto& profile : corpus.profiles) nations += profile.nation.empty() ? 0 : 1;
  fmt::print("{} groups with techniques or programs, {} with a nation; {} reports; LORO {} queries, YEAR {}; {:.1f} ms per query\n",
             corpus.profiles.size(), nations, corpus.reports.size(), loro.size(), year.size(),
             seconds_since(start) * 1000 / static_cast<double>(loro_asked.size() + year_asked.size()));
  Training training;
  for (const auto* list : {&loro_asked, &year_asked}) {
    for (const Asked& one : *list) training.push_back(&one);
  }
  if (!options.header.empty()) {
    const RankingWeights weights = fit(training, [](const HeldOut&) { return true; });
    print_weights(weights);
    write_header(options.header, weights, fitted_on + ")");
    return 0;
  }
  const std::vector<View> views{{"LORO all", &loro_asked, Knowledge::kAll}, {"LORO past-only", &loro_asked, Knowledge::kPast},
                                {"YEAR all", &year_asked, Knowledge::kAll}, {"YEAR past-only", &year_asked, Knowledge::kPast}};
  evaluate_halvings(corpus, views, training, options.draws);
  evaluate_in_time(corpus, views, training);
  evaluate_bm25(corpus, views);
  return 0;
}
