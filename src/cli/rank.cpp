#include <fmt/format.h>

#include "cli/commands.h"
#include "report/documents_knowledge.h"
#include "workbench/home.h"
#include "workbench/knowledge.h"

namespace prova::cli {
namespace {

struct RankArguments {
  knowledge::RankRequest request;
  std::string techniques, software, new_software, victims, as_of, directory;
  std::size_t top = 10;
  bool json = false, imported_only = false;
};

/// The parts between commas, without surrounding spaces; empty ones are left out.
std::vector<std::string> comma_list(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    std::string_view part = text.substr(begin, end - begin);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) out.emplace_back(part);
    begin = end + 1;
  }
  return out;
}

int rank(RankArguments arguments, const Console& console) {
  knowledge::RankRequest& request = arguments.request;
  request.techniques = comma_list(arguments.techniques);
  request.software = comma_list(arguments.software);
  request.new_software = comma_list(arguments.new_software);
  request.victims = comma_list(arguments.victims);
  if (!arguments.as_of.empty()) {
    const auto day = parse_day(arguments.as_of);
    if (!day) return console.fail({ErrorCode::kUsage, "--as-of: " + day.error().message, {}, {}});
    request.as_of = *day;
  }
  const auto base = open_knowledge(knowledge_location(arguments.directory), arguments.imported_only ? Shipped::kLeaveOut : Shipped::kUse);
  if (!base) return console.fail(base.error());
  const auto ranking = knowledge::rank_groups(**base, request);
  if (!ranking) return console.fail(ranking.error());
  return console.print(console.json() ? report::rank_document(*ranking) : report::rank_text(*ranking, arguments.top, console.style()));
}

}  // namespace

void add_rank(CLI::App& app, Chosen& chosen) {
  const auto arguments = std::make_shared<RankArguments>();
  CLI::App* command = app.add_subcommand("rank", "Which known group fits an activity, or none of them");
  command->add_option("--techniques", arguments->techniques, "ATT&CK techniques, by id or name, comma-separated");
  command->add_option("--software", arguments->software, "Programs, by id, name or alias, comma-separated");
  command->add_option("--new-software", arguments->new_software, "Programs that nobody has described yet: they speak for an unknown group");
  command->add_option("--victims", arguments->victims, "Victim countries, by code or name");
  command->add_option("--as-of", arguments->as_of, "Only reports published before this day");
  command->add_option("--prior-known", arguments->request.prior_known, "Your prior that the actor is a known group")->check(CLI::Range(0.0, 1.0))->capture_default_str();
  command->add_option("--top", arguments->top, "Groups in the text; the document holds all")->capture_default_str();
  command->add_flag("--imported-only", arguments->imported_only, "Leave out the facts that come with prova, to measure on a knowledge of your own");
  command->add_option("--knowledge", arguments->directory, "Knowledge directory (default: PROVA_KNOWLEDGE, else PROVA_HOME/knowledge)");
  command->add_flag("--json", arguments->json, "Print the prova/rank/1 document");
  command->footer(
      "Reads the shipped and imported knowledge, writes nothing. Weights and probabilities were measured on held-out reports of\n"
      "ATT&CK (docs/methods/ranking.md): import a bundle first, and name eight techniques or more.\n\n"
      "Examples:\n"
      "  prova rank --techniques T1190,T1505.003,T1486,T1561.002 --software ROADSWEEP,ZeroCleare --victims Albania\n"
      "  prova rank --techniques \"T1566.001,T1059.001,T1003.001\" --software Mimikatz --as-of 2022-07-23 --json");
  command->callback([arguments, &chosen] { chosen.action = [arguments](const Console& console) { return rank(*arguments, console); }; });
}

}  // namespace prova::cli
