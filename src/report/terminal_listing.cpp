#include <fmt/format.h>

#include <algorithm>

#include "report/sentences.h"
#include "report/terminal_parts.h"

namespace prova::report {
namespace {

using term::Lines;
using term::Look;
using term::name;
using term::padded;

void block_of(const Listing& listing, const ListedBlock& block, Lines& out) {
  std::string leads_to;
  for (const std::uint32_t s : block.successors) {
    if (s < listing.blocks.size()) leads_to += fmt::format(" {:#x}", raw(listing.blocks[s].begin));
  }
  out.line(fmt::format("  {:#x}:{}", raw(block.begin), leads_to.empty() ? "" : "   then" + leads_to), Look::kSoft);
  for (const ListedInstruction& i : block.instructions) {
    constexpr std::size_t kText = 46;
    const std::string shown = i.refers.empty() ? name(i.text, 90) : padded(name(i.text, 90), std::max(kText, i.text.size()));
    out.line(fmt::format("    {:>#14x}  {}{}", raw(i.address), shown,
                         i.refers.empty() ? "" : fmt::format("  ; {}", name(i.refers, 80))));
  }
}

void function(const ListedFunction& listed, Lines& out) {
  const Listing& listing = listed.listing;
  std::size_t instructions = 0;
  for (const ListedBlock& block : listing.blocks) instructions += block.instructions.size();
  out.blank();
  out.line(fmt::format("{:#x} {}{}{} in {}", raw(listing.address), listing.name.empty() ? "" : name(listing.name) + "  ",
                       listed.program->image->member.empty() ? "" : name(listed.program->image->member, 24) + "  ",
                       counted(instructions, "instruction", "instructions"),
                       counted(listing.blocks.size(), "block", "blocks")),
           Look::kHeading);
  for (const ListedBlock& block : listing.blocks) block_of(listing, block, out);
  if (listing.capped) out.line("  cut: a limit or undecodable bytes were reached", Look::kWarning);
}

}  // namespace

std::string listing_text(const FileIdentity& file, std::span<const ListedFunction> listings,
                         const TerminalStyle& style) {
  TerminalStyle wide = style;
  wide.width = std::max<std::size_t>(style.width, 160);  // As functions_text: these lines are not cut at the width.
  Lines out(wide);
  out.line(fmt::format("{}  {}", name(file.name), file.sha256), Look::kTitle);
  for (const ListedFunction& listed : listings) function(listed, out);
  return out.text();
}

}  // namespace prova::report
