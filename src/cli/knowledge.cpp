#include "workbench/knowledge.h"

#include <fmt/format.h>

#include "cli/commands.h"
#include "report/documents_knowledge.h"
#include "workbench/home.h"

namespace prova::cli {
namespace {

/// Hits that `search` prints.
constexpr std::size_t kSearchHits = 50;

struct KnowledgeArguments {
  std::vector<std::string> files, words;
  std::string directory, name;
  bool json = false;
};

using Arguments = std::shared_ptr<KnowledgeArguments>;
using BaseAction = std::function<int(const knowledge::KnowledgeBase&, const KnowledgeArguments&, const Console&)>;

int import_files(const KnowledgeArguments& arguments, const Console& console) {
  const auto imported = import_knowledge(arguments.files, knowledge_location(arguments.directory), utc_now());
  if (!imported) return console.fail(imported.error());
  return console.print(console.json() ? report::knowledge_import_document(*imported) : report::knowledge_import_text(*imported, console.style()));
}

int remove_source(const KnowledgeArguments& arguments, const Console& console) {
  const auto removed = remove_knowledge(knowledge_location(arguments.directory), arguments.name);
  if (!removed) return console.fail(removed.error());
  return console.print(console.json() ? report::knowledge_import_document({}) : "Removed\n");
}

int show_info(const knowledge::KnowledgeBase& base, const KnowledgeArguments& arguments, const Console& console) {
  const std::string directory = knowledge_location(arguments.directory);
  return console.print(console.json() ? report::knowledge_info_document(base, directory) : report::knowledge_info_text(base, directory, console.style()));
}

int show_name(const knowledge::KnowledgeBase& base, const KnowledgeArguments& arguments, const Console& console) {
  const auto groups = base.find_group(arguments.name);
  if (groups.hits.empty() && base.find_software(arguments.name).hits.empty() && base.find_technique(arguments.name).hits.empty()) {
    auto nearest = groups.nearest;
    for (const auto& name : base.find_software(arguments.name).nearest) nearest.push_back(name);
    const std::string hint = nearest.empty() ? "; prova knowledge search looks in descriptions too" : fmt::format(" (nearest: {})", fmt::join(nearest, ", "));
    return console.fail({ErrorCode::kNotFound, fmt::format("no group, program or technique is called '{}'{}", arguments.name, hint), {}, {}});
  }
  return console.print(console.json() ? report::knowledge_show_document(base, arguments.name) : report::knowledge_show_text(base, arguments.name, console.style()));
}

int search(const knowledge::KnowledgeBase& base, const KnowledgeArguments& arguments, const Console& console) {
  const std::string words = fmt::format("{}", fmt::join(arguments.words, " "));
  const auto hits = base.search(words, kSearchHits);
  return console.print(console.json() ? report::knowledge_search_document(base, words, hits) : report::knowledge_search_text(base, hits, console.style()));
}

CLI::App* add_one(CLI::App* parent, const Arguments& arguments, const char* name, const char* what) {
  CLI::App* command = parent->add_subcommand(name, what);
  command->add_option("--knowledge", arguments->directory, "Knowledge directory (default: PROVA_KNOWLEDGE, else PROVA_HOME/knowledge)");
  command->add_flag("--json", arguments->json, "Print the prova/knowledge/1 document");
  return command;
}

CLI::App* add_reader(CLI::App* parent, Chosen& chosen, const Arguments& arguments, const char* name, const char* what, BaseAction action) {
  CLI::App* command = add_one(parent, arguments, name, what);
  command->callback([arguments, &chosen, action = std::move(action)] {
    chosen.action = [arguments, action](const Console& console) {
      const auto base = open_knowledge(knowledge_location(arguments->directory));
      return base ? action(**base, *arguments, console) : console.fail(base.error());
    };
  });
  return command;
}

CLI::App* add_writer(CLI::App* parent, Chosen& chosen, const Arguments& arguments, const char* name, const char* what,
                     int (*action)(const KnowledgeArguments&, const Console&)) {
  CLI::App* command = add_one(parent, arguments, name, what);
  command->callback([arguments, &chosen, action] {
    chosen.action = [arguments, action](const Console& console) { return action(*arguments, console); };
  });
  return command;
}

}  // namespace

void add_knowledge(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("knowledge", "What is known about groups: import, show, search");
  command->require_subcommand(1);
  command->footer(
      "prova comes with facts on well-known groups; ATT&CK and MISP add the rest. Nothing is downloaded.\n\n"
      "Examples:\n"
      "  prova knowledge import enterprise-attack.json threat-actor.json\n"
      "  prova knowledge show OilRig\n"
      "  prova knowledge search wiper Albania");
  const auto arguments = std::make_shared<KnowledgeArguments>();
  CLI::App* importing = add_writer(command, chosen, arguments, "import", "Add or replace sources: STIX 2.0 and 2.1 bundles, MISP galaxy clusters, own YAML", import_files);
  importing->add_option("FILE", arguments->files, "Files; the format is recognised by content")->required();
  importing->footer("Writes one file per source below the knowledge directory; importing a newer release replaces the older one.\n"
                    "Objects that cannot be used are skipped and listed. A file that cannot be read at all: nothing is written.\n\n"
                    "Example:\n  prova knowledge import enterprise-attack.json");
  CLI::App* showing = add_reader(command, chosen, arguments, "show", "A group, program or technique by id, name or alias", show_name);
  showing->add_option("NAME", arguments->name, "ATT&CK id, name or alias; an alias of several groups shows them all")->required();
  showing->footer("Example:\n  prova knowledge show APT34");
  CLI::App* searching = add_reader(command, chosen, arguments, "search", "Entries that hold every word, in names, aliases, sponsors or descriptions", search);
  searching->add_option("WORDS", arguments->words, "Words")->required();
  searching->footer("Example:\n  prova knowledge search ministry intelligence");
  add_reader(command, chosen, arguments, "info", "The sources, and what of them was skipped", show_info)->footer("Example:\n  prova knowledge info --json");
  CLI::App* removing = add_writer(command, chosen, arguments, "remove", "Remove an imported source", remove_source);
  removing->add_option("ID", arguments->name, "As `prova knowledge info` names it")->required();
  removing->footer("Example:\n  prova knowledge remove misp-threat-actor");
}

}  // namespace prova::cli
