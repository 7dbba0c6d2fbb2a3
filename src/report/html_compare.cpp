#include <fmt/format.h>

#include <algorithm>

#include "kinship/likelihood.h"
#include "report/compare_parts.h"
#include "report/html_flow_graph.h"
#include "report/html_page.h"
#include "report/html_parts.h"

namespace prova::report {
namespace {

using html::esc;
using html::hex;

// What the page adds to the style of our reports: two columns of code, and the blocks' colours. Colours as there; every
// colour is also a mark in the middle column or a shape of line.
constexpr std::string_view kStyle = R"css(
main,footer{max-width:84rem}
.sides{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
.side{border:1px solid var(--line);border-radius:6px;padding:.5rem 1rem;overflow-wrap:anywhere}
.side h3{margin:.2rem 0}
table.code{table-layout:fixed;font-family:ui-monospace,"Cascadia Mono","Liberation Mono",Menlo,Consolas,monospace;font-size:.78rem;line-height:1.4;margin:0}
table.code td{border:0;padding:0 .5rem;white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid transparent}
table.code col.a{width:9.5rem}table.code col.m{width:1.6rem}
table.code td.m{padding:0;text-align:center;color:var(--soft)}
table.code td.a{color:var(--faint)}
table.code tr.block th{padding:.45rem .5rem .15rem;font-size:.75rem;border-bottom:1px solid var(--line);font-family:inherit}
table.code tr.block:target th{background:var(--warn)}
tr.equal td.i{border-left-color:var(--new)}tr.alike td.i{border-left-color:var(--family)}
tr.only_left td.l,tr.only_right td.r{background:var(--panel);border-left-color:var(--unique)}
.refers{color:var(--accent)}
.graphs{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin:.6rem 0}
.graphs>div{overflow:auto;max-height:34rem;border:1px solid var(--line);border-radius:6px;padding:.3rem}
svg.flow{max-width:none;width:auto;margin:0 auto}
.edge{fill:none;stroke:var(--faint);stroke-width:1.1}.edge.back{stroke-dasharray:4 3}
.node{stroke-width:1.4;fill:var(--panel);stroke:var(--faint)}
.node.equal{stroke:var(--new)}.node.alike{stroke:var(--family)}.node.lone{stroke:var(--unique);stroke-dasharray:3 2}
svg.flow a text{fill:var(--ink)}
details>summary{cursor:pointer;margin:.5rem 0}
)css";

std::string fragment(std::size_t pair, std::size_t block) { return fmt::format("p{}-b{}", pair, block); }

std::string name_of_function(const ComparedSide& side, std::uint32_t index, const DocumentOptions& options) {
  const Function& f = side.program->program.functions[index];
  return options.names && !f.name.empty() ? fmt::format(" <code>{}</code>", esc(f.name)) : std::string{};
}

// --- one pair side by side ----------------------------------------------------------------------------------------

/// "equal" when every line of a pair of blocks is, "alike" for another pair, "lone" for a block without a partner.
std::string_view look_of(const AlignedBlock& block) {
  if (!block.left || !block.right) return "lone";
  const bool all = std::all_of(block.rows.begin(), block.rows.end(),
                               [](const AlignedRow& row) { return row.kind == RowKind::kEqual; });
  return all ? "equal" : "alike";
}

std::string graph_of(const AlignedPair& one, std::size_t pair, bool left) {
  const Listing& listing = left ? one.left : one.right;
  if (listing.blocks.size() > kMaxDrawnBlocks) {
    return fmt::format("<p class=\"small\">{} blocks: too many to draw.</p>", listing.blocks.size());
  }
  std::vector<html::DrawnBlock> drawn(listing.blocks.size());
  for (std::size_t i = 0; i < one.alignment.blocks.size(); ++i) {
    const AlignedBlock& block = one.alignment.blocks[i];
    const auto index = left ? block.left : block.right;
    if (!index) continue;
    const ListedBlock& listed = listing.blocks[*index];
    drawn[*index] = {std::to_string(i), std::string(look_of(block)), fragment(pair, i),
                     fmt::format("{:#x}, {} instructions", raw(listed.begin), listed.instructions.size()),
                     listed.successors};
  }
  return html::flow_graph(drawn, left ? "Control flow of A" : "Control flow of B");
}

std::string code_cells(const ListedInstruction* line, std::string_view side) {
  if (line == nullptr) return fmt::format("<td class=\"a\"></td><td class=\"i {}\"></td>", side);
  const std::string refers =
      line->refers.empty() ? std::string{} : fmt::format("  <span class=\"refers\">; {}</span>", esc(line->refers));
  return fmt::format("<td class=\"a\">{}</td><td class=\"i {}\">{}{}</td>", hex(line->address), side, esc(line->text),
                     refers);
}

std::string_view mark_of(RowKind kind) {
  switch (kind) {
    case RowKind::kEqual: return "=";
    case RowKind::kAlike: return "~";
    case RowKind::kOnlyLeft: return "&lt;";
    case RowKind::kOnlyRight: return "&gt;";
  }
  return "";
}

std::string block_head(const AlignedPair& one, const AlignedBlock& block, std::size_t pair, std::size_t index) {
  const auto title = [&](const Listing& listing, std::optional<std::uint32_t> b) {
    return b ? fmt::format("block {} at {}", *b, hex(listing.blocks[*b].begin)) : std::string("-");
  };
  return fmt::format(
      "<tr class=\"block\" id=\"{}\"><th colspan=\"2\">{}</th><th class=\"m\">{}</th><th colspan=\"2\">{}</th></tr>\n",
      fragment(pair, index), title(one.left, block.left), index, title(one.right, block.right));
}

std::string code_table(const AlignedPair& one, std::size_t pair) {
  std::string out =
      "<table class=\"code\"><colgroup><col class=\"a\"><col><col class=\"m\"><col class=\"a\"><col></colgroup>\n";
  std::size_t rows = 0;
  for (std::size_t i = 0; i < one.alignment.blocks.size() && rows < kMaxHtmlAlignment; ++i) {
    const AlignedBlock& block = one.alignment.blocks[i];
    out += block_head(one, block, pair, i);
    for (const AlignedRow& row : block.rows) {
      if (rows++ >= kMaxHtmlAlignment) break;
      out += fmt::format("<tr class=\"{}\">{}<td class=\"m\">{}</td>{}</tr>\n", name_of(row.kind),
                         code_cells(shown_line(one.left, block.left, row.left), "l"), mark_of(row.kind),
                         code_cells(shown_line(one.right, block.right, row.right), "r"));
    }
  }
  const FunctionAlignment& a = one.alignment;
  const std::size_t all = std::size_t{a.equal} + a.alike + a.only_left + a.only_right;
  return out + "</table>\n" + html::left_out(all, std::min(all, kMaxHtmlAlignment), "lines");
}

std::string aligned_section(const CompareReport& report, std::size_t pair, const DocumentOptions& options) {
  const AlignedPair& one = report.aligned[pair];
  const FunctionAlignment& a = one.alignment;
  std::string out = fmt::format("<h3 id=\"p{}\">{}{} beside {}{}</h3>\n", pair, hex(one.left.address),
                                name_of_function(report.left, one.pair.left, options), hex(one.right.address),
                                name_of_function(report.right, one.pair.right, options));
  out += fmt::format(
      "<p class=\"small\">Similarity {:.2f}{}. {} lines are equal but for addresses (=), {} alike (~), {} only in A "
      "(&lt;), {} only in B (&gt;).{}</p>\n",
      one.pair.similarity,
      one.pair.log10_lr ? fmt::format(", log₁₀ LR {}", html::signed_number(*one.pair.log10_lr)) : "", a.equal, a.alike,
      a.only_left, a.only_right,
      one.left.capped || one.right.capped ? " Cut: a limit or undecodable bytes were reached." : "");
  if (!one.pair.because.empty()) {
    out += "<p class=\"small\">Both have:";
    for (const std::string& why : one.pair.because) out += fmt::format(" <code>{}</code>", esc(why));
    out += "</p>\n";
  }
  out += fmt::format("<div class=\"graphs\"><div>{}</div><div>{}</div></div>\n", graph_of(one, pair, true),
                     graph_of(one, pair, false));
  return out + fmt::format("<details{}><summary>Instructions side by side</summary>\n{}</details>\n",
                           pair == 0 ? " open" : "", code_table(one, pair));
}

// --- the page -----------------------------------------------------------------------------------------------------

std::string side_box(char label, const ComparedSide& side) {
  const SampleRecord& record = side.program->sample.stored.record;
  return fmt::format(
      "<div class=\"side\"><h3>{}: {}{}</h3><p class=\"small\">{} {}, {} bytes, {} bytes of code<br>SHA-256 "
      "<code>{}</code></p></div>\n",
      label, esc(side.file.name), record.member.empty() ? "" : " (" + esc(record.member) + ")", name_of(record.format),
      name_of(record.arch), grouped(record.size), grouped(record.code_bytes), side.file.sha256);
}

std::string summary(const CompareReport& report) {
  const ProgramComparison& c = report.comparison;
  const std::size_t identical = identical_count(c);
  return fmt::format(
      "<p class=\"lead\">{} functions are in both, {} of them identical and {} changed; {} are only in A, {} only in "
      "B. {} of A’s code and {} of B’s is in the other program too.</p>\n"
      "<p>Taken together the matches have a log₁₀ likelihood ratio of {}: {} for one origin (words of the ENFSI "
      "guideline). Libraries that both programs contain are part of this number; <code>prova match</code> sets aside "
      "those that the index knows.</p>\n",
      c.pairs.size(), identical, c.pairs.size() - identical, c.only_left.size(), c.only_right.size(),
      share_of(c.matched_left_bytes, c.left_bytes), share_of(c.matched_right_bytes, c.right_bytes),
      html::signed_number(c.log10_lr), verbal_support(c.log10_lr));
}

/// Position among the aligned pairs, for a link.
std::string link_to(const CompareReport& report, const FunctionPair& pair) {
  for (std::size_t i = 0; i < report.aligned.size(); ++i) {
    if (report.aligned[i].pair.left == pair.left) return fmt::format("<a href=\"#p{}\">side by side</a>", i);
  }
  return {};
}

std::string changed_table(const CompareReport& report, const DocumentOptions& options) {
  const auto pairs = changed_first(report);
  if (pairs.empty()) return {};
  constexpr std::size_t kRows = 200;
  std::string out =
      "<h2>Changed</h2>\n<p class=\"small\">Strongest evidence first. Same function: how probable it is that the "
      "partner is this function built again, not a substitute for one that is missing (even odds beforehand).</p>\n<div class=\"scroll\"><table><tr><th>A</th><th "
      "class=\"n\">bytes</th><th>B</th><th class=\"n\">bytes</th><th class=\"n\">similarity</th><th class=\"n\">log₁₀ "
      "LR</th><th class=\"n\">same function</th><th>both have</th><th></th></tr>\n";
  for (std::size_t i = 0; i < std::min(pairs.size(), kRows); ++i) {
    const FunctionPair& pair = pairs[i];
    const Function& a = report.left.program->program.functions[pair.left];
    const Function& b = report.right.program->program.functions[pair.right];
    out += fmt::format(
        "<tr><td class=\"nowrap\">{}{}</td><td class=\"n\">{}</td><td class=\"nowrap\">{}</td><td class=\"n\">{}</td><td "
        "class=\"n\">{:.2f}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td><code>{}</code></td><td class=\"nowrap\">{}</td></tr>\n",
        hex(a.address), name_of_function(report.left, pair.left, options), a.size, hex(b.address), b.size, pair.similarity,
        html::signed_number(*pair.log10_lr), pair.counterpart ? fmt::format("{:.0f} %", *pair.counterpart * 100) : "",
        esc(fmt::format("{}", fmt::join(pair.because, ", "))), link_to(report, pair));
  }
  return out + "</table></div>\n" + html::left_out(pairs.size(), std::min(pairs.size(), kRows), "changed pairs");
}

std::string lone_table(char label, const ComparedSide& side, const std::vector<std::uint32_t>& functions,
                       const DocumentOptions& options) {
  if (functions.empty()) return {};
  constexpr std::size_t kRows = 50;
  const auto sorted = largest_first(side, functions);
  std::string out = fmt::format("<h2>Only in {}</h2>\n<p class=\"small\">{} functions, {} bytes; the largest first.</p>\n<table>\n",
                                label, functions.size(), grouped(bytes_of(side, functions)));
  for (std::size_t i = 0; i < std::min(sorted.size(), kRows); ++i) {
    const Function& f = side.program->program.functions[sorted[i]];
    out += fmt::format("<tr><td>{}{}</td><td class=\"n\">{} bytes</td><td class=\"n\">{} blocks</td></tr>\n", hex(f.address),
                       name_of_function(side, sorted[i], options), grouped(f.size), f.blocks.size());
  }
  return out + "</table>\n" + html::left_out(sorted.size(), std::min(sorted.size(), kRows), "functions");
}

std::string missing(const CompareReport& report) {
  const auto notes = not_compared(report);
  if (notes.empty()) return {};
  std::string out = "<h2>Not compared</h2>\n";
  for (const std::string& note : notes) out += fmt::format("<p class=\"bad\">{}</p>\n", esc(note));
  return out;
}

}  // namespace

std::string compare_html(const CompareReport& report, const DocumentOptions& options) {
  const std::string style = fmt::format("{}{}", html::style_sheet(), kStyle);
  std::string body = fmt::format("<h1>Two programs compared</h1>\n<div class=\"sides\">{}{}</div>\n{}",
                                 side_box('A', report.left), side_box('B', report.right), summary(report));
  body += changed_table(report, options);
  body += lone_table('A', report.left, report.comparison.only_left, options);
  body += lone_table('B', report.right, report.comparison.only_right, options);
  if (!report.aligned.empty()) {
    body +=
        "<h2>Side by side</h2>\n<p class=\"small\">Blocks carry the same number where they belong together. Border and "
        "mark say how: green and = every line equal, amber and ~ alike, red and dashed without a partner.</p>\n";
  }
  for (std::size_t i = 0; i < report.aligned.size(); ++i) body += aligned_section(report, i, options);
  body += missing(report);
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" "
      "content=\"{}\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
      "name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>{} and "
      "{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n</html>\n",
      html::security_policy(style), esc(report.left.file.name), esc(report.right.file.name), style, body);
}

}  // namespace prova::report
