#include "kinship/relations.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace prova {
namespace {

using Adjacency = std::vector<std::vector<std::uint32_t>>;

/// A function related to more than this many others (malloc, a logger) says next to nothing about which of them.
constexpr std::size_t kMaxDegree = 200;
/// Two-step links are only made through functions of at most this many links: beyond, they would be everything.
constexpr std::size_t kMaxDegreeBetween = 24;
/// What a link over one function in between weighs against a direct one.
constexpr double kTwoSteps = 0.5;

Adjacency calls_of(const StoredSample& sample) {
  Adjacency calls(sample.functions.size());
  for (std::size_t f = 0; f < calls.size(); ++f) {
    if (sample.functions[f].kind != FunctionKind::kFunction) continue;
    for (const std::uint32_t callee : sample.functions[f].callees) {
      // Indices come from a store that someone else may have written.
      if (callee < calls.size() && callee != f && sample.functions[callee].kind == FunctionKind::kFunction) {
        calls[f].push_back(callee);
      }
    }
    std::sort(calls[f].begin(), calls[f].end());
    calls[f].erase(std::unique(calls[f].begin(), calls[f].end()), calls[f].end());
  }
  return calls;
}

Adjacency reversed(const Adjacency& edges) {
  Adjacency back(edges.size());
  for (std::uint32_t f = 0; f < edges.size(); ++f) {
    for (const std::uint32_t to : edges[f]) back[to].push_back(f);
  }
  return back;
}

Relation make_relation(const Adjacency& edges, const Adjacency& back) {
  const double n = static_cast<double>(edges.size());
  const auto information = [&](std::uint32_t c) {
    const double degree = static_cast<double>(back[c].size());
    return back[c].size() > kMaxDegree ? 0.0 : std::sqrt(std::log(1 + n / (1 + degree)) / std::log(1 + n));
  };
  Relation relation{std::vector<std::vector<Link>>(edges.size()), std::vector<std::vector<Link>>(edges.size()),
                    std::vector<double>(edges.size(), 0.0)};
  for (std::uint32_t f = 0; f < edges.size(); ++f) {
    std::map<std::uint32_t, double> links;
    for (const std::uint32_t c : edges[f]) links[c] = information(c);
    for (const std::uint32_t c : edges[f]) {
      if (edges[c].size() > kMaxDegreeBetween || edges[f].size() > kMaxDegreeBetween) continue;
      for (const std::uint32_t d : edges[c]) {
        if (d != f) links.try_emplace(d, kTwoSteps * information(d));
      }
    }
    for (const auto& [to, weight] : links) {
      if (weight <= 0) continue;
      relation.of[f].push_back({to, weight});
      relation.back[to].push_back({f, weight});
      relation.norm2[f] += weight * weight;
    }
  }
  return relation;
}

}  // namespace

Relations make_relations(const StoredSample& sample) {
  const Adjacency calls = calls_of(sample);
  const Adjacency called_by = reversed(calls);
  Relations relations{make_relation(calls, called_by), make_relation(called_by, calls), {}, {}};
  relations.position.assign(sample.functions.size(), Relations::kNowhere);
  for (std::uint32_t f = 0; f < sample.functions.size(); ++f) {
    if (sample.functions[f].kind != FunctionKind::kFunction) continue;
    relations.position[f] = static_cast<std::uint32_t>(relations.in_order.size());
    relations.in_order.push_back(f);
  }
  return relations;
}

}  // namespace prova
