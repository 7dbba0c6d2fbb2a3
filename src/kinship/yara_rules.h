#pragma once
// YARA rules as toolmarks: compiled and run by libyara, under limits.

#include <memory>
#include <string>
#include <vector>

#include "kinship/match_report.h"

namespace prova {

/// A rule file's text and the name that errors and results carry.
struct RuleSource {
  std::string file;
  std::string text;
};

/// Seconds after which scanning one sample is given up: rules with open-ended regular expressions can take for ever.
constexpr int kRuleTimeoutSeconds = 60;
/// Rules reported per sample; a rule set in which more match tells nothing.
constexpr std::size_t kMaxRuleMatches = 1'000;
/// Largest rule file: public collections in one file hold some 10 MB.
constexpr std::uint64_t kMaxRuleBytes = 64ULL << 20;

/// Compiled rules. Movable. Thread safety: scan from one thread at a time.
class YaraRules {
 public:
  /// Compiles all sources, each in a namespace of its own, so that equal rule names in two files do not clash. A source
  /// with mistakes is left out and described in `errors` ("rules.yar: line 12: undefined identifier \"pe\""); `include`
  /// is not followed: name the files instead. The external variables of public collections (filename, filepath,
  /// extension, filetype, owner) are defined and empty. Errors: kMalformed (no source is left), kLimit (libyara refused).
  [[nodiscard]] static Result<YaraRules> compile(const std::vector<RuleSource>& sources, std::vector<Error>& errors);

  /// Every rule that matches `bytes`, ascending by (file, rule). Errors: kLimit (kRuleTimeoutSeconds passed, or libyara
  /// refused).
  [[nodiscard]] Result<std::vector<RuleMatch>> scan(ByteView bytes) const;

  YaraRules(YaraRules&&) noexcept;
  YaraRules& operator=(YaraRules&&) noexcept;
  ~YaraRules();

 private:
  struct State;
  explicit YaraRules(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace prova
