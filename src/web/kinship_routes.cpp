// Kinship of the programs of a case: families, groups, the graph, functions page by page; and two programs side by side.

#include <fmt/format.h>

#include "web/kept_view.h"
#include "web/paging.h"
#include "workbench/views/compare_view.h"
#include "workbench/views/kinship_view.h"

namespace prova::web {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kFunctionFacets = {"role", "group", "family"};

fs::path report_of(const ServedCase& served) { return served.directory() / "report" / "report.json"; }
std::vector<fs::path> program_folders(const ServedCase& served) { return {served.directory() / kArtifactsFolder, served.directory() / kKnownFolder}; }

Error with_remedy(Error error) {
  if (error.code == ErrorCode::kNotFound) error.message = "there is no report yet; start the job `investigate`";
  error.file.clear();
  return error;
}

/// The reports that are being looked at, and digests of the cases' programs.
class KinshipRoutes {
 public:
  explicit KinshipRoutes(Workbench& workbench) : workbench_(workbench), reports_([](const fs::path& directory) { return KinshipView::read(directory); }) {}

  Response document(ServedCase& served) {
    std::vector<fs::path> files = program_folders(served);
    files.push_back(report_of(served));
    return cached(workbench_, served, "kinship", files, [&]() -> Result<std::string> {
      PROVA_TRY(view, report(served));
      return view->document(list(served));
    });
  }

  Response functions(ServedCase& served, const Call& call) {
    const auto query = row_query(call, kFunctionFacets);
    if (!query) return refusal(query.error());
    const auto view = report(served);
    if (!view) return refusal(view.error());
    auto page = (*view)->functions({call.query("artifact").value_or(""), call.query("member").value_or("")}, *query);
    return page ? json(*std::move(page)) : refusal(page.error());
  }

  Response compare(ServedCase& served, const Call& call) {
    const CompareQuery query{call.query("left").value_or(""), call.query("right").value_or(""), call.query("left_member").value_or(""),
                             call.query("right_member").value_or(""), call.query("function").value_or("")};
    const auto left = find(served, query.left), right = find(served, query.right);
    if (!left) return refusal(left.error());
    if (!right) return refusal(right.error());
    const std::string key = fmt::format("compare {}\n{}\n{}\n{}\n{}", query.left, query.right, query.left_member, query.right_member, query.function);
    return cached(workbench_, served, key, {left->path, right->path}, [&] { return compared(query, *left, *right); });
  }

 private:
  Result<std::shared_ptr<const KinshipView>> report(const ServedCase& served) {
    auto view = reports_.get(served.directory(), {report_of(served)});
    if (!view) return tl::unexpected<Error>(with_remedy(std::move(view).error()));
    return view;
  }
  CaseFiles& files_of(const ServedCase& served) { return files_.try_emplace(served.id(), served.directory()).first->second; }
  std::vector<CaseFile> list(const ServedCase& served) {
    const std::scoped_lock lock(mutex_);
    return files_of(served).list();
  }
  Result<CaseFile> find(const ServedCase& served, const std::string& sha256) {
    const std::scoped_lock lock(mutex_);
    return files_of(served).find(sha256);
  }

  Workbench& workbench_;
  KeptViews<KinshipView> reports_;
  std::mutex mutex_;
  std::map<std::string, CaseFiles> files_;  ///< By case.
};

}  // namespace

void add_kinship_routes(Router& router, Workbench& workbench) {
  const auto routes = std::make_shared<KinshipRoutes>(workbench);
  const auto add = [&](std::string path, std::string summary, std::string answer, std::vector<QueryName> query, auto handler) {
    router.add({"GET", "/api/cases/{id}" + path, std::move(summary), std::move(answer), std::move(query), [&workbench, handler](const Call& call) {
                  return with_case(workbench, call, [&](ServedCase& served) { return handler(served, call); });
                }});
  };
  add("/kinship", "Programs, families with likelihood ratios, groups of shared functions, who shares with whom", "prova/kinship/1", {},
      [routes](ServedCase& served, const Call&) { return routes->document(served); });
  std::vector<QueryName> names = row_query_names(kFunctionFacets, "label, address, size, log10_lr, similarity");
  names.insert(names.begin(), {{"artifact", "SHA-256 of the artefact"}, {"member", "Its member, of an archive or fat file"}});
  add("/kinship/functions", "Functions of one program, page by page", "prova/kinship-functions/1", std::move(names),
      [routes](ServedCase& served, const Call& call) { return routes->functions(served, call); });
  add("/compare", "Two programs of the case function by function; one pair of functions aligned", "prova/compare/1",
      {{"left", "SHA-256 of a file in artifacts/ or known/"}, {"right", "SHA-256 of another"}, {"left_member", "Its member, of an archive or fat file"},
       {"right_member", "Its member"}, {"function", "Name or address of a function of the left program: only its pair, aligned"}},
      [routes](ServedCase& served, const Call& call) { return routes->compare(served, call); });
}

}  // namespace prova::web
