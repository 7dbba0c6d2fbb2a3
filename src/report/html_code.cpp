#include <fmt/format.h>

#include <algorithm>

#include "report/html.h"
#include "report/html_parts.h"

namespace prova::report::html {
namespace {

bool counts(const FunctionResult& function) {
  return (function.role == FunctionRole::kUnique || function.role == FunctionRole::kFamily) &&
         !function.matches.empty();
}

/// Functions that are evidence, strongest first, ties by address.
std::vector<const FunctionResult*> shared_functions(const MatchReport& match) {
  std::vector<const FunctionResult*> out;
  for (const FunctionResult& function : match.functions) {
    if (counts(function)) out.push_back(&function);
  }
  std::stable_sort(out.begin(), out.end(), [](const FunctionResult* a, const FunctionResult* b) {
    return a->matches.front().log10_lr > b->matches.front().log10_lr;
  });
  return out;
}

std::string family_badge(const CaseReport& report, const std::string& family) {
  const auto it = report.stand_in_families.find(family);
  return it == report.stand_in_families.end() ? std::string() : stand_in_badge(it->second);
}

std::string composition(const MatchReport& match) {
  std::uint64_t unique = 0, family = 0, fresh = 0;
  for (const FunctionResult& function : match.functions) {
    if (function.role == FunctionRole::kUnique) unique += function.size;
    if (function.role == FunctionRole::kFamily) family += function.size;
    if (function.role == FunctionRole::kUnknown) fresh += function.size;
  }
  return composition_bar({{"unique", "Shared with one family only", unique},
                          {"family", "Shared by several families", family},
                          {"new", "New", fresh},
                          {"goodware", "Ordinary software", match.goodware_bytes},
                          {"library", "Libraries", match.library_bytes}});
}

std::string family_row(const CaseReport& report, const FamilyResult& family) {
  const bool weighed = family.role == SampleRole::kMalware;
  return fmt::format(
      "<tr><td>{}{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td><td class=\"n\">{}</td><td "
      "class=\"n\">{}</td></tr>\n",
      esc(family.family), family_badge(report, family.family),
      weighed ? (family.actor.empty() ? "not known" : esc(family.actor)) : std::string(name_of(family.role)),
      weighed ? signed_number(family.log10_lr) : "none", weighed ? esc(family.verbal) : "says nothing of authorship",
      grouped(family.shared_functions), grouped(family.shared_bytes));
}

std::string family_table(const CaseReport& report, const MatchReport& match) {
  if (match.families.empty()) return {};
  std::string rows;
  const std::size_t shown = std::min(match.families.size(), kMaxFamilyRows);
  for (std::size_t i = 0; i < shown; ++i) rows += family_row(report, match.families[i]);
  return "<div class=\"scroll\"><table><thead><tr><th>Family</th><th>Actor</th><th class=\"n\">log₁₀ LR</th><th>In "
         "words</th>"
         "<th class=\"n\">Functions</th><th class=\"n\">Bytes</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n" + left_out(match.families.size(), shown, "families");
}

std::string because(const FunctionMatch& match) {
  // Three of the rarest features tell an analyst where to look; the JSON document holds the rest.
  constexpr std::size_t kShown = 3;
  std::string out;
  for (std::size_t i = 0; i < match.because.size() && i < kShown; ++i) {
    out += (i == 0 ? "" : ", ") + fmt::format("<span class=\"mono\">{}</span>", esc(match.because[i]));
  }
  return out;
}

std::string named(VirtualAddress address, const std::string& name) {
  return fmt::format("<code>{}</code>{}", hex(address),
                     name.empty() ? "" : " <span class=\"small\">" + esc(name) + "</span>");
}

std::string function_row(const CaseReport& report, const FunctionResult& function) {
  const FunctionMatch& best = function.matches.front();
  return fmt::format(
      "<tr><td>{}</td><td class=\"n\">{}</td><td>{}{}</td><td>{}</td><td class=\"n\">{}</td><td "
      "class=\"n\">{}</td><td>{}</td></tr>\n",
      named(function.address, function.name), grouped(function.size), esc(best.family),
      family_badge(report, best.family), named(best.address, best.name),
      best.exact ? std::string("exact") : fmt::format("{:.2f}", best.similarity), signed_number(best.log10_lr),
      because(best));
}

std::string function_table(const CaseReport& report, const MatchReport& match) {
  const auto functions = shared_functions(match);
  if (functions.empty()) return {};
  const std::size_t shown = std::min(functions.size(), kMaxFunctionRows);
  std::string rows;
  for (std::size_t i = 0; i < shown; ++i) rows += function_row(report, *functions[i]);
  return "<h4>Shared functions, none of them library code</h4>\n<div class=\"scroll\"><table><thead><tr><th>Here</th>"
         "<th class=\"n\">Bytes</th><th>Family</th><th>There</th><th class=\"n\">Similarity</th><th class=\"n\">log₁₀ "
         "LR</th>"
         "<th>Because of</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n" + left_out(functions.size(), shown, "shared functions");
}

std::string toolmark_table(const MatchReport& match) {
  if (match.toolmarks.empty()) return {};
  const std::size_t shown = std::min(match.toolmarks.size(), kMaxListRows);
  std::string rows;
  for (std::size_t i = 0; i < shown; ++i) {
    const ToolmarkResult& mark = match.toolmarks[i];
    std::string families;
    for (const std::string& family : mark.families) families += (families.empty() ? "" : ", ") + esc(family);
    rows += fmt::format("<tr><td>{}</td><td class=\"mono\">{}</td><td>{}</td><td>{}</td></tr>\n", name_of(mark.kind),
                        esc(mark.value), families.empty() ? "none" : families,
                        mark.note.empty() ? "" : fmt::format("<span class=\"bad\">{}</span>", esc(mark.note)));
  }
  return "<h4>Toolmarks: cheap to forge, read with care</h4>\n<div "
         "class=\"scroll\"><table><thead><tr><th>Mark</th><th>Value</th>"
         "<th>Also carried by</th><th>Remark</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n" + left_out(match.toolmarks.size(), shown, "toolmarks");
}

std::string defect_line(const MatchReport& match) {
  if (match.defects.empty() && !match.capped && match.not_compared.families == 0) return {};
  std::string out = "<p class=\"small\">";
  if (match.capped) out += "A limit was reached: some functions are missing. ";
  if (match.not_compared.families > 0) {
    out += fmt::format("Not compared, because others add more: {} of {} that share code with it. ",
                       counted(match.not_compared.samples, "sample", "samples"),
                       counted(match.not_compared.families, "family", "families"));
  }
  if (!match.defects.empty()) {
    out += fmt::format("{} could not be read as expected; the first, at offset {:#x}: {}.",
                       counted(match.defects.size(), "place", "places"), raw(match.defects.front().offset),
                       esc(match.defects.front().message));
  }
  return out + "</p>\n";
}

/// One paragraph per family: what is shared, that it is no library code, what that does to the hypotheses.
std::string family_paragraphs(const CaseReport& report, const ArtifactResult& artifact, const MatchReport& match) {
  std::string out;
  std::size_t shown = 0;
  for (const FamilyResult& family : match.families) {
    const auto sentences = family_sentences(report, artifact, match, family);
    if (sentences.empty() || ++shown > kMaxFamilyRows) continue;
    out += "<p>";
    for (const Sentence& value : sentences) out += inline_sentence(report, value, artifact.path);
    out += "</p>\n";
  }
  return out.empty() ? "<p>" + inline_sentence(report, nothing_shared_sentence(artifact), artifact.path) + "</p>\n"
                     : out;
}

std::string program(const CaseReport& report, const ArtifactResult& artifact, const MatchReport& match) {
  std::string out;
  if (!match.member.empty()) out += fmt::format("<h4>Member {}</h4>\n", esc(match.member));
  out += family_paragraphs(report, artifact, match);
  out += composition(match);
  out += fmt::format("<p class=\"small\">{} functions in {} bytes of code, {} {}, {} bits.</p>\n",
                     grouped(match.functions.size()), grouped(match.code_bytes), name_of(match.format),
                     name_of(match.arch), match.bits);
  return out + family_table(report, match) + function_table(report, match) + toolmark_table(match) + defect_line(match);
}

std::string artifact_block(const CaseReport& report, const ArtifactResult& artifact) {
  const std::string name = artifact.path.substr(artifact.path.rfind('/') + 1);
  std::string out = fmt::format(
      "<section class=\"artifact\" id=\"{}\">\n<h3>{}{}{}</h3>\n<p class=\"small\"><code>{}</code>, {} bytes, SHA-256 "
      "<code>{}</code></p>\n",
      anchor("a-", artifact.path), esc(name), artifact.role.empty() ? "" : ", " + esc(artifact.role),
      stand_in_badge(artifact.stand_in), esc(artifact.path), grouped(artifact.size), esc(artifact.sha256));
  if (!artifact.analysed) out += fmt::format("<p class=\"bad\">Not analysed: {}.</p>\n", esc(artifact.error));
  for (const MatchReport& match : artifact.matches) out += program(report, artifact, match);
  return out + "</section>\n";
}

}  // namespace

std::string code(const CaseReport& report) {
  std::string out = "<h2 id=\"code\">Whose code</h2>\n";
  out += fmt::format(
      "<p class=\"small\">Compared with {} samples of {} families, {} functions, fingerprint scheme {}. A likelihood "
      "ratio (LR) says how much more often such matches occur between programs of one origin than between unrelated "
      "ones; log₁₀ LR 2 means a hundred times.</p>\n",
      grouped(report.index.samples), grouped(report.index.families), grouped(report.index.functions),
      report.index.scheme);
  if (report.artifacts.empty()) out += "<p>The case holds no artefacts.</p>\n";
  for (const ArtifactResult& artifact : report.artifacts) out += artifact_block(report, artifact);
  return out;
}

}  // namespace prova::report::html
