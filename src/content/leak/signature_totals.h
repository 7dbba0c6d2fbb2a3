#pragma once
// Counts what the signatures of a dump's messages show.

#include <map>
#include <string>

#include "content/leak/leak_report.h"

namespace prova {

/// One document after the other; the order does not matter.
class SignatureTotals {
 public:
  void add(const LeakDocument& document);
  [[nodiscard]] LeakSignatures finish(std::size_t keys);

 private:
  /// A hostile dump names a new selector in every message: beyond this many different ones the rest is not told apart.
  static constexpr std::size_t kMaxCounted = 100'000;
  static void count(std::map<std::string, std::size_t>& counts, const std::string& name);

  LeakSignatures totals_;
  std::map<std::string, std::size_t> domains_, missing_;
};

}  // namespace prova
