// kinship_misses QUERY POOL [own|callees|calls|order|deciding]
//
// For two unstripped builds of one program: every eligible function whose counterpart is not first, with the rival that
// is, and what speaks for either. For looking at what limits recall on the projects of set "dev", never on those of "test".
// With `deciding`: half of the counterparts removed, the wrong partners that the decision model believes most.

#include <fmt/format.h>

#include <algorithm>

#include "deciding.h"
#include "kinship/pair_programs.h"
#include "recall.h"

namespace prova::bench {
namespace {

Result<StoredSample> load_sample(const char* path) {
  auto programs = load_programs({{"", "p", "", "", path}}, 1);
  if (programs.empty()) return fail(ErrorCode::kIo, fmt::format("cannot load {}", path));
  refingerprint(programs.front(), FeatureWeights::shipped());
  return programs.front().sample;
}

double score_at(const PairScore& p, std::string_view stage) {
  return stage == "own" ? p.direct.own : stage == "callees" ? p.direct.total() : p.total;
}

void print_side(const char* what, const StoredSample& pool, const PairScore& p, std::string_view stage) {
  const StoredFunction& f = pool.functions[p.direct.right];
  fmt::print("    {} {:<32} {:.3f}  own {:.3f} callees {:.3f} mass {:.0f} | from callees {:.2f} callers {:.2f} order {:.2f} | {} blocks {} instructions\n",
             what, f.name, score_at(p, stage), p.direct.own, p.direct.callees, p.direct.mass, p.callees, p.callers, p.order,
             f.fingerprint.blocks, f.fingerprint.instructions);
}

void print_decision(const Decision& d) {
  fmt::print("{:6.2f} {} {} -> {} |", d.z, d.present ? "present" : "absent ", d.name, d.partner);
  for (const double term : d.terms) fmt::print(" {:.2f}", term);
  fmt::print("\n");
}

/// The wrong partners of highest log odds, and how many right ones stand above each.
void show_deciding(const StoredSample& query, const StoredSample& pool) {
  constexpr std::size_t kShown = 25;
  std::vector<Decision> decisions = decide_with_absent(query, pool, false);
  std::sort(decisions.begin(), decisions.end(), [](const Decision& a, const Decision& b) { return a.z > b.z; });
  std::size_t right = 0, shown = 0;
  for (const Decision& d : decisions) {
    if (!d.assigned) continue;
    right += d.right ? 1U : 0U;
    if (d.right || shown++ >= kShown) continue;
    fmt::print("{:4} right above: ", right);
    print_decision(d);
  }
  const Deciding all = summarise(decisions);
  fmt::print("{} counterparts, {} found, {} decided\n", all.present, all.found, all.decided);
}

Status run(const char* query_path, const char* pool_path, std::string_view stage) {
  PROVA_TRY(query, load_sample(query_path));
  PROVA_TRY(pool, load_sample(pool_path));
  if (stage == "deciding") return show_deciding(query, pool), Status{};
  PropagationOptions options;
  if (stage != "order") options.order = 0;
  const PairTable table = rank_pairs(prepare(query), prepare(pool), options);
  const auto targets = eligible(pool);
  std::size_t queries = 0, missed = 0;
  for (const auto& [name, index] : eligible(query)) {
    const auto target = targets.find(name);
    if (target == targets.end()) continue;
    ++queries;
    const PairScore* truth = nullptr;
    const PairScore* rival = nullptr;
    for (const PairScore& p : table[index]) {
      const StoredFunction& f = pool.functions[p.direct.right];
      if (p.direct.right == target->second) truth = &p;
      else if (targets.count(f.name) != 0 && (rival == nullptr || score_at(p, stage) > score_at(*rival, stage))) rival = &p;
    }
    if (truth != nullptr && (rival == nullptr || score_at(*truth, stage) > score_at(*rival, stage))) continue;
    ++missed;
    const Fingerprint& print = query.functions[index].fingerprint;
    fmt::print("{}: {} blocks, {} instructions, {} callees\n", name, print.blocks, print.instructions,
               query.functions[index].callees.size());
    if (truth != nullptr) print_side("truth", pool, *truth, stage);
    else fmt::print("    truth not among the candidates\n");
    if (rival != nullptr) print_side("rival", pool, *rival, stage);
  }
  fmt::print("{} of {} missed\n", missed, queries);
  return {};
}

}  // namespace
}  // namespace prova::bench

int main(int argc, char** argv) {
  if (argc < 3) {
    fmt::print(stderr, "usage: kinship_misses QUERY POOL [own|callees|calls|order]\n");
    return 2;
  }
  const auto done = prova::bench::run(argv[1], argv[2], argc > 3 ? argv[3] : "calls");
  if (!done) fmt::print(stderr, "{}\n", prova::to_string(done.error()));
  return done ? 0 : 4;
}
