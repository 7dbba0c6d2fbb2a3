#include "workbench/new_case.h"

#include <fmt/format.h>

#include "base/file.h"

namespace prova {
namespace {

constexpr std::string_view kTemplate = R"(# A prova case. Every key is explained in docs/formats/case.md; `prova case check .` finds mistakes, with line numbers.
# Put the files under analysis into artifacts/ (they are recorded with hash and time, and never modified), then run
#   prova investigate .
schema: prova/case/1
name: {}
tlp: TLP:AMBER
authors: []
summary: >-
  What happened, in two or three sentences.

# The questions form a ladder. Each has exclusive hypotheses; "unknown" is always one more. A question with `given` is
# asked on the condition that the hypothesis named there is true, so answers multiply along the ladder.
questions:
  - id: nation
    ask: From which nation, or by which type of actor, was this done?
    hypotheses:
      - {{id: nation_a, label: State A}}
      - {{id: nation_b, label: State B}}
      - {{id: criminals, label: Criminals without a state behind them}}
  - id: direction
    ask: Was it directed by that state?
    given: {{nation: nation_a}}
    hypotheses:
      - {{id: directed, label: Directed by the state, imitable: false}}
      - {{id: independent, label: Done by people of that nation on their own, imitable: false}}

# What claims ultimately rest on. Items that rest on the same root never count twice.
# grade: A completely reliable, B usually, C fairly, D not usually, E unreliable, F cannot be judged.
roots:
  - {{id: victim, label: Forensics at the victim, grade: B}}
  - {{id: samples, label: Samples and their history, grade: A}}
  - {{id: actor, label: Everything that the actor controls, grade: E}}

# What is known, since when, from whom. Words from strong to weak: ++ + (+), and (-) - -- against.
# evidence:
#   - id: E1
#     kind: persona                 # the closed list of kinds: docs/formats/case.md
#     claim: A group nobody knew claims the attack on its channel.
#     known_from: 2026-01-15        # counts from this day on; --as-of looks back
#     source: {{text: the group's channel, urls: []}}
#     roots: [actor]
#     credibility: 3                # 1 confirmed ... 5 improbable, 6 cannot be judged
#     says: {{nation: {{criminals: "+"}}}}
#   - id: E2
#     kind: kinship                 # measured: the likelihood ratio comes from `prova match`
#     claim: The encryptor shares code with a tool that actor A has used for years.
#     known_from: 2026-01-16
#     roots: [samples]
#     credibility: 2
#     kinship: {{artifact: encryptor.exe, family: older-tool}}
#     says: {{nation: {{nation_a: measured}}}}
)";

}  // namespace

std::string case_template(std::string_view name) {
  // JSON strings are YAML strings: quoting makes any directory name a valid value.
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) quoted += c;
  }
  return fmt::format(fmt::runtime(kTemplate), quoted + "\"");
}

Status new_case(const std::filesystem::path& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory / "artifacts", error);
  if (error) {
    return tl::unexpected<Error>(Error{ErrorCode::kIo, "cannot create the case: " + error.message(), std::nullopt, directory.string()});
  }
  if (std::filesystem::exists(directory / "case.yaml", error)) {
    return tl::unexpected<Error>(Error{ErrorCode::kUsage, "there is a case.yaml already; choose another directory", std::nullopt,
                                       (directory / "case.yaml").string()});
  }
  const std::filesystem::path named = std::filesystem::weakly_canonical(directory, error);
  return write_file_atomically(directory / "case.yaml", case_template(named.filename().string()));
}

}  // namespace prova
