// What of the inventory survives, what was published of it, and the chain of custody of the case.

#include <fmt/format.h>

#include "web/kept_view.h"
#include "web/paging.h"
#include "workbench/views/custody_view.h"
#include "workbench/views/damage_view.h"
#include "workbench/views/leak_text.h"
#include "workbench/views/leak_view.h"

namespace prova::web {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kFileFacets = {"verdict", "system", "pattern"}, kDocumentFacets = {"verdict", "system", "format"};

fs::path damage_of(const ServedCase& served) { return served.directory() / "report" / "damage.json"; }
fs::path leak_of(const ServedCase& served) { return served.directory() / "report" / "leak.json"; }

template <typename View>
Result<std::shared_ptr<const View>> with_remedy(Result<std::shared_ptr<const View>> view, std::string_view missing) {
  if (view) return view;
  Error error = std::move(view).error();
  error.file.clear();
  if (error.code == ErrorCode::kNotFound) error.message = missing;
  return tl::unexpected<Error>(std::move(error));
}

class ContentRoutes {
 public:
  explicit ContentRoutes(Workbench& workbench)
      : workbench_(workbench),
        damages_([](const fs::path& directory) { return DamageView::read(directory); }),
        leaks_([](const fs::path& directory) { return LeakView::read(directory); }) {}

  Response damage(ServedCase& served) {
    const auto view = damage_view(served);
    return view ? json((*view)->document()) : refusal(view.error());
  }
  Response damage_files(ServedCase& served, const Call& call) {
    const auto query = row_query(call, kFileFacets);
    if (!query) return refusal(query.error());
    const auto view = damage_view(served);
    return view ? answer((*view)->files(*query)) : refusal(view.error());
  }
  Response damage_map(ServedCase& served, const Call& call) {
    const auto query = map_query(call);
    if (!query) return refusal(query.error());
    const auto view = damage_view(served);
    return view ? answer((*view)->map(*query)) : refusal(view.error());
  }

  Response leak(ServedCase& served) {
    const auto view = leak_view(served);
    return view ? json((*view)->document()) : refusal(view.error());
  }
  Response leak_documents(ServedCase& served, const Call& call) {
    const auto query = row_query(call, kDocumentFacets);
    if (!query) return refusal(query.error());
    const auto view = leak_view(served);
    return view ? answer((*view)->documents(*query)) : refusal(view.error());
  }
  Response leak_document(ServedCase& served, const Call& call) {
    const auto n = call.number("n", 0, kMaxTableRows, 0);
    if (!n) return refusal(n.error());
    const auto view = leak_view(served);
    if (!view) return refusal(view.error());
    const auto damage = damage_view(served);
    const std::vector<fs::path> files = {leak_of(served), damage_of(served), served.directory() / "sources.yaml"};
    return cached(workbench_, served, fmt::format("leak document {}", *n), files, [&] { return leak_document_text(served.directory(), **view, damage ? damage->get() : nullptr, *n); });
  }

  /// Verified anew each time: whoever asks wants to know how it is now.
  static Response custody(ServedCase& served, const Call& call) {
    const auto offset = call.number("offset", 0, 1ULL << 40, 0), limit = call.number("limit", 0, kMaxCustodyRows, 1000);
    if (!offset) return refusal(offset.error());
    if (!limit) return refusal(limit.error());
    return answer(custody_document(served.directory(), {*offset, *limit}));
  }

 private:
  static Response answer(Result<std::string> document) { return document ? json(*std::move(document)) : refusal(document.error()); }
  static Result<MapQuery> map_query(const Call& call) {
    PROVA_TRY(image, call.number("image", 0, 1U << 20, 0));
    PROVA_TRY(first, call.number("first", 0, 1ULL << 40, 0));
    PROVA_TRY(each, call.number("steps_per_cell", 0, 1ULL << 40, 0));
    PROVA_TRY(width, call.number("width", 1, 1U << 16, 1024));
    return MapQuery{static_cast<std::uint32_t>(image), first, each, width};
  }
  Result<std::shared_ptr<const DamageView>> damage_view(const ServedCase& served) {
    return with_remedy(damages_.get(served.directory(), {damage_of(served)}), "no damage was examined yet; name the sources in sources.yaml and start the job `investigate`");
  }
  Result<std::shared_ptr<const LeakView>> leak_view(const ServedCase& served) {
    return with_remedy(leaks_.get(served.directory(), {leak_of(served)}), "no dump was examined yet; name it in sources.yaml and start the job `investigate`");
  }

  Workbench& workbench_;
  KeptViews<DamageView> damages_;
  KeptViews<LeakView> leaks_;
};

}  // namespace

void add_content_routes(Router& router, Workbench& workbench) {
  const auto routes = std::make_shared<ContentRoutes>(workbench);
  const auto add = [&](std::string path, std::string summary, std::string answer, std::vector<QueryName> query, auto handler) {
    router.add({"GET", "/api/cases/{id}" + path, std::move(summary), std::move(answer), std::move(query), [&workbench, routes, handler](const Call& call) {
                  return with_case(workbench, call, [&](ServedCase& served) { return handler(*routes, served, call); });
                }});
  };
  add("/damage", "What of the inventory survives, without its files", "prova/damage/1", {}, [](ContentRoutes& r, ServedCase& s, const Call&) { return r.damage(s); });
  add("/damage/files", "Inventoried files with their verdicts, page by page", "prova/damage-files/1", row_query_names(kFileFacets, "label, size, survived, lost"),
      [](ContentRoutes& r, ServedCase& s, const Call& call) { return r.damage_files(s, call); });
  add("/damage/map", "A window of the survival map of an image, as runs of equal cells", "prova/damage-map/1",
      {{"image", "Number among the report's sources"}, {"first", "First step of 4 KiB"}, {"steps_per_cell", "0: so that width cells hold the image"}, {"width", "Cells at most"}},
      [](ContentRoutes& r, ServedCase& s, const Call& call) { return r.damage_map(s, call); });
  add("/leak", "What a dump holds of ours, without its documents", "prova/leak/1", {}, [](ContentRoutes& r, ServedCase& s, const Call&) { return r.leak(s); });
  add("/leak/documents", "Documents of the dump with their verdicts, page by page", "prova/leak-documents/1", row_query_names(kDocumentFacets, "label, n, size, contained, ranges"),
      [](ContentRoutes& r, ServedCase& s, const Call& call) { return r.leak_documents(s, call); });
  add("/leak/document", "One document to read, with what was altered in it, beside our original where that is at hand", "prova/leak-document/1",
      {{"n", "Its number in leak.json, from 0"}}, [](ContentRoutes& r, ServedCase& s, const Call& call) { return r.leak_document(s, call); });
  add("/custody", "The chain of custody, verified now", "prova/custody/1", {{"offset", "Entries to leave out first, newest first"}, {"limit", "Entries at most"}},
      [](ContentRoutes&, ServedCase& s, const Call& call) { return ContentRoutes::custody(s, call); });
}

}  // namespace prova::web
