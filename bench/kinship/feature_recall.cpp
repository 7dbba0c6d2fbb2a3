// How well features alone find a function again in another build of the same program.
//
//   feature_recall [--without FAMILY]... [--only FAMILY]... [--misses] QUERY POOL [QUERY POOL]...
//
// QUERY and POOL are unstripped builds; symbol names are the ground truth and enter no feature. Queries: functions of
// at least 5 blocks whose name occurs exactly once in either build with at least 5 blocks. Pool: all functions of at
// least 5 blocks of the other build. Score: cosine with weight idf · s², idf over the pool, s per family (below).
// A tie counts against us. Prints Recall@1, MRR@10, and per family the share of features found again.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <set>
#include <string>

#include "base/file.h"
#include "binary/load.h"
#include "features/function_features.h"

namespace prova {
namespace {

constexpr std::size_t kMinBlocks = 5;

/// Share of a function's features that are found again in its other build, by family: measured by this program on
/// the training set (gcc 12 and clang 14, O0 to O2 and O2 to O2; pointer tables: mean of that and of the prototype).
double survival(FeatureFamily family) {
  switch (family) {
    case FeatureFamily::kConstant: return .81;
    case FeatureFamily::kString: return .85;
    case FeatureFamily::kData: return .46;
    case FeatureFamily::kImport: return .74;
    case FeatureFamily::kField: return .81;
    case FeatureFamily::kStore: return .40;
    case FeatureFamily::kBranch: return .70;
    case FeatureFamily::kCallArgument: return .58;
    case FeatureFamily::kReturnValue: return .33;
    case FeatureFamily::kDataflow: return .56;
    case FeatureFamily::kBlock: return .53;
    case FeatureFamily::kControlFlow: return .20;
    case FeatureFamily::kPointerTable: return .64;
    case FeatureFamily::kOpcode: return .20;
  }
  return 0;
}

struct Options {
  std::set<std::string, std::less<>> without, only;
  bool misses = false;
};

struct Build {
  std::vector<std::string> names;
  std::vector<std::vector<Feature>> features;
  std::vector<std::uint32_t> blocks;
  double seconds = 0, seconds_features = 0;
  std::size_t functions = 0;
};

Result<Build> read_build(const std::string& path, const Options& options) {
  PROVA_TRY(file, MappedFile::open(path));
  const std::clock_t start = std::clock();
  PROVA_TRY(image, looks_like_elf(file.bytes()) ? load_elf(file.bytes()) : load_pe(file.bytes()));
  PROVA_TRY(program, discover(image));
  const std::clock_t middle = std::clock();
  PROVA_TRY(features, extract_features(program));
  const std::clock_t end = std::clock();
  Build build;
  build.seconds = static_cast<double>(end - start) / CLOCKS_PER_SEC;
  build.seconds_features = static_cast<double>(end - middle) / CLOCKS_PER_SEC;
  build.functions = program.functions.size();
  for (std::size_t i = 0; i < features.size(); ++i) {
    const Function& f = program.functions[i];
    if (f.kind != FunctionKind::kFunction || f.blocks.size() < kMinBlocks) continue;
    std::erase_if(features[i].features, [&](const Feature& x) {
      const auto name = name_of(x.family);
      return options.without.contains(name) || (!options.only.empty() && !options.only.contains(name));
    });
    // C names carry an underscore in 32-bit Windows programs.
    const bool decorated = image.format == Format::kPe && image.arch == Arch::kX86 && f.name.starts_with("_");
    build.names.push_back(decorated ? f.name.substr(1) : f.name);
    build.features.push_back(std::move(features[i].features));
    build.blocks.push_back(static_cast<std::uint32_t>(f.blocks.size()));
  }
  return build;
}

struct Tally {
  std::size_t queries = 0, first = 0;
  double reciprocal = 0;
  std::map<FeatureFamily, std::pair<double, double>> survival;  ///< Found again, asked.
};

double squared(double x) { return x * x; }

void count_survival(const std::vector<Feature>& a, const std::vector<Feature>& b, Tally& tally) {
  std::size_t j = 0;
  for (const Feature& f : a) {
    while (j < b.size() && b[j].hash < f.hash) ++j;
    auto& [found, asked] = tally.survival[f.family];
    asked += 1;
    found += j < b.size() && b[j].hash == f.hash;
  }
}

Tally measure(const Build& query, const Build& pool, const Options& options) {
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> postings;
  for (std::uint32_t p = 0; p < pool.features.size(); ++p) {
    for (const Feature& f : pool.features[p]) postings[f.hash].push_back(p);
  }
  const auto total = static_cast<double>(pool.features.size());
  const auto weight = [&](const Feature& f) {
    const auto it = postings.find(f.hash);
    const double df = it == postings.end() ? 0 : static_cast<double>(it->second.size());
    return std::log((total + 1) / (df + .5)) * squared(survival(f.family));
  };
  std::vector<double> norm(pool.features.size(), 0);
  for (std::size_t p = 0; p < pool.features.size(); ++p) {
    for (const Feature& f : pool.features[p]) norm[p] += weight(f);
  }
  std::map<std::string, std::pair<int, std::uint32_t>> in_pool, in_query;  // name -> count, index
  for (std::uint32_t p = 0; p < pool.names.size(); ++p) ++in_pool[pool.names[p]].first, in_pool[pool.names[p]].second = p;
  for (const std::string& name : query.names) ++in_query[name].first;
  Tally tally;
  for (std::size_t q = 0; q < query.names.size(); ++q) {
    const std::string& name = query.names[q];
    const auto it = in_pool.find(name);
    if (name.empty() || it == in_pool.end() || it->second.first != 1 || in_query[name].first != 1) continue;
    std::vector<double> score(pool.features.size(), 0);
    for (const Feature& f : query.features[q]) {
      const auto list = postings.find(f.hash);
      if (list == postings.end()) continue;
      const double w = weight(f);
      for (const std::uint32_t p : list->second) score[p] += w;
    }
    for (std::size_t p = 0; p < score.size(); ++p) score[p] = norm[p] > 0 ? score[p] / std::sqrt(norm[p]) : 0;
    const std::uint32_t truth = it->second.second;
    std::size_t rank = 0, best = truth;
    for (std::size_t p = 0; p < score.size(); ++p) {
      rank += score[p] >= score[truth] - 1e-12;
      if (score[p] > score[best]) best = p;
    }
    ++tally.queries;
    tally.first += rank == 1;
    if (rank <= 10) tally.reciprocal += 1.0 / static_cast<double>(rank);
    if (rank != 1 && options.misses) {
      fmt::print("  miss {} rank {} blocks {} -> {} best {}\n", name, rank, query.blocks[q], pool.blocks[truth], pool.names[best]);
    }
    count_survival(query.features[q], pool.features[truth], tally);
  }
  return tally;
}

std::string base_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

int run(const std::vector<std::string>& files, const Options& options) {
  double mean = 0;
  std::map<FeatureFamily, std::pair<double, double>> all;
  for (std::size_t i = 0; i + 1 < files.size(); i += 2) {
    const auto query = read_build(files[i], options), pool = read_build(files[i + 1], options);
    if (!query || !pool) {
      fmt::print(stderr, "feature_recall: {}\n", to_string(query ? pool.error() : query.error()));
      return 3;
    }
    const Tally t = measure(*query, *pool, options);
    double features = 0;
    for (const auto& f : pool->features) features += static_cast<double>(f.size());
    const double n = static_cast<double>(std::max<std::size_t>(1, t.queries));
    fmt::print("{:<24} {:<24} {:>4}/{:<4} R1 {:.3f} MRR {:.3f} features {:.0f} speed {:.0f}/s ({:.0f}/s features)\n",
               base_name(files[i]), base_name(files[i + 1]), t.queries, pool->names.size(),
               static_cast<double>(t.first) / n, t.reciprocal / n, features / static_cast<double>(pool->names.size()),
               static_cast<double>(pool->functions) / pool->seconds,
               static_cast<double>(pool->functions) / pool->seconds_features);
    mean += static_cast<double>(t.first) / n;
    for (const auto& [family, s] : t.survival) all[family].first += s.first, all[family].second += s.second;
  }
  fmt::print("mean R1 {:.4f}\n", mean / static_cast<double>(files.size() / 2));
  for (const auto& [family, s] : all) {
    fmt::print("  {:<14} survival {:.2f}  {:.0f}\n", name_of(family), s.first / s.second, s.second);
  }
  return 0;
}

}  // namespace
}  // namespace prova

int main(int argc, char** argv) {
  prova::Options options;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--misses") options.misses = true;
    else if (argument == "--without" && i + 1 < argc) options.without.insert(argv[++i]);
    else if (argument == "--only" && i + 1 < argc) options.only.insert(argv[++i]);
    else files.push_back(argument);
  }
  if (files.size() < 2 || files.size() % 2 != 0) {
    fmt::print(stderr, "usage: feature_recall [--without FAMILY]... [--only FAMILY]... [--misses] QUERY POOL...\n");
    return 2;
  }
  return prova::run(files, options);
}
