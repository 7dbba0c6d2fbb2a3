#include "web/site.h"

#include <gtest/gtest.h>

#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "base/file.h"
#include "base/hash.h"
#include "web/directory_test_support.h"
#include "web/routes.h"

namespace prova::web {
namespace {

using Json = nlohmann::json;

/// A site over one small case, and a browser that is logged in.
class SiteTest : public ::testing::Test {
 protected:
  SiteTest() {
    directory_.write("small/case.yaml", kSmallCase);
    cases_ = std::make_unique<ServedCases>(ServedCases::open({(directory_.path() / "small").string()}).value());
    workbench_ = std::unique_ptr<Workbench>(new Workbench{session_, *cases_, jobs_, "tester", "prova test", "", [] { return std::string("2023-11-14T22:13:20Z"); },
                                                          [this](std::string_view line) { log_ += std::string(line) + "\n"; }});
    site_ = std::make_unique<Site>(*workbench_);
  }

  Response get(const std::string& target, Headers more = {}) {
    more.insert(more.end(), {{"Host", "127.0.0.1:4114"}, {"Authorization", "Bearer secret"}});
    return site_->answer({"GET", target, more, "", "127.0.0.1"});
  }
  Response post(const std::string& target, const std::string& body, Headers more = {}) {
    more.insert(more.end(), {{"Host", "127.0.0.1:4114"}, {"Authorization", "Bearer secret"}, {"X-Prova", "1"}, {"Content-Type", "application/json"},
                             {"Content-Length", std::to_string(body.size())}});
    return site_->answer({"POST", target, more, body, "127.0.0.1"});
  }
  Response edit(const std::string& body, const std::string& revision) { return post("/api/cases/small/edits", body, {{"If-Match", revision}}); }
  std::string revision() { return to_hex(sha256(as_bytes(directory_.read("small/case.yaml")))); }
  static Json document(const Response& response) { return Json::parse(*response.body, nullptr, false); }

  TestDirectory directory_;
  Session session_{{"127.0.0.1", 4114}, "secret", "token"};
  Jobs jobs_{"/bin/true"};
  std::unique_ptr<ServedCases> cases_;
  std::string log_;
  std::unique_ptr<Workbench> workbench_;
  std::unique_ptr<Site> site_;
};

TEST_F(SiteTest, WithoutASessionOnlyThePageIsThere) {
  const Headers host = {{"Host", "127.0.0.1:4114"}};
  EXPECT_EQ(site_->answer({"GET", "/", host, "", ""}).status, 200);
  EXPECT_EQ(site_->answer({"GET", "/small/overview", host, "", ""}).content_type, "text/html; charset=utf-8");
  EXPECT_EQ(site_->answer({"GET", "/case.yaml", host, "", ""}).status, 404);
  EXPECT_EQ(site_->answer({"GET", "/api/workbench", host, "", "192.0.2.7"}).status, 401);
  EXPECT_EQ(site_->answer({"GET", "/api/nothing", host, "", ""}).status, 401) << "what there is, is not told either";
  EXPECT_NE(log_.find("401 GET /api/workbench from 192.0.2.7: no session"), std::string::npos);
}

TEST_F(SiteTest, EveryAnswerHasTheSecurityHeaders) {
  for (const Response& response : {get("/"), get("/api/workbench"), get("/../x"), get("/api/nothing")}) {
    std::set<std::string> names;
    for (const auto& [name, value] : response.headers) names.insert(name);
    for (const char* name : {"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy", "Cache-Control"}) {
      EXPECT_TRUE(names.contains(name)) << name;
    }
  }
}

TEST_F(SiteTest, EveryRouteIsDescribedAndEveryDescriptionIsARoute) {
  Router router;
  add_routes(router, *workbench_);
  std::set<std::string> described, routed;
  const Json openapi = document(get("/api/openapi.json"));
  EXPECT_EQ(openapi["openapi"], "3.1.0");
  for (const auto& [path, operations] : openapi["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      described.insert(method + " " + path);
      EXPECT_FALSE(operation["summary"].get<std::string>().empty());
      std::size_t places = 0;
      for (const Json& parameter : operation["parameters"]) places += parameter["in"] == "path" ? 1 : 0;
      EXPECT_EQ(places, static_cast<std::size_t>(std::count(path.begin(), path.end(), '{'))) << path;
    }
  }
  for (const Route& route : router.routes()) {
    std::string method = route.method;
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    routed.insert(method + " " + route.path);
  }
  EXPECT_EQ(described, routed);
  const std::string page = read_file(PROVA_SOURCE_DIR "/docs/formats/web-api.md", 1 << 20).value_or("");
  for (const Route& route : router.routes()) EXPECT_NE(page.find("`" + route.path), std::string::npos) << route.path << " is not in docs/formats/web-api.md";
}

TEST_F(SiteTest, TheTokenIsTradedForTheCookieOnce) {
  const Headers host = {{"Host", "127.0.0.1:4114"}, {"X-Prova", "1"}, {"Content-Type", "application/json"}};
  const auto join = [&](const std::string& body) {
    Headers headers = host;
    headers.emplace_back("Content-Length", std::to_string(body.size()));
    return site_->answer({"POST", "/api/session", headers, body, ""});
  };
  EXPECT_EQ(join("{\"token\": 3}").status, 400);
  EXPECT_EQ(join("{\"token\": \"tokem\"}").status, 401);
  const Response joined = join("{\"token\": \"token\"}");
  EXPECT_EQ(joined.status, 200);
  EXPECT_TRUE(std::find(joined.headers.begin(), joined.headers.end(), std::pair<std::string, std::string>("Set-Cookie", session_.cookie())) != joined.headers.end());
  EXPECT_EQ(join("{\"token\": \"token\"}").status, 401);
}

TEST_F(SiteTest, TheCaseIsShownAsItIsWritten) {
  const Json shown = document(get("/api/cases/small"));
  EXPECT_EQ(shown["schema"], "prova/workbench-case/1");
  EXPECT_EQ(shown["revision"], revision());
  EXPECT_EQ(shown["evidence"][0]["claim"], "<b>bold</b>");
  EXPECT_EQ(shown["evidence"][1]["says"][0]["strength"], "+");
  EXPECT_TRUE(shown["reported_at"].is_null());
  EXPECT_EQ(get("/api/cases/other").status, 404);
  EXPECT_EQ(get("/api/cases/small/report").status, 404);
}

TEST_F(SiteTest, AnUnchangedDocumentIsNotSentAgain) {
  std::string tag;
  for (const auto& [name, value] : get("/api/cases/small/assessment").headers) {
    if (name == "ETag") tag = value;
  }
  ASSERT_FALSE(tag.empty());
  const Response again = get("/api/cases/small/assessment", {{"If-None-Match", tag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_TRUE(again.body->empty());
  EXPECT_EQ(get("/api/cases/small/assessment?as_of=2021-03-05", {{"If-None-Match", tag}}).status, 200);
}

TEST_F(SiteTest, AnItemLeftOutIsNotThere) {
  const Json all = document(get("/api/cases/small/assessment")), less = document(get("/api/cases/small/assessment?without=E2,E2,"));
  EXPECT_EQ(all["items_counted"], 2);
  EXPECT_EQ(less["items_counted"], 1);
  EXPECT_EQ(less["as_of"], all["as_of"]) << "the day stays when its newest item is left out";
  EXPECT_EQ(less["silent"][0]["text"], "left out");
  EXPECT_EQ(get("/api/cases/small/assessment?without=E7").status, 400);
  EXPECT_EQ(get("/api/cases/small/assessment?as_of=yesterday").status, 400);
}

TEST_F(SiteTest, TheTimelineHasEveryHypothesisOfEveryDay) {
  const Json timeline = document(get("/api/cases/small/timeline"));
  ASSERT_EQ(timeline["days"].size(), 2U);
  EXPECT_EQ(timeline["days"][1]["questions"][0]["hypotheses"].size(), 3U);
  const Json last = document(get("/api/cases/small/assessment"));
  EXPECT_EQ(timeline["days"][1]["questions"][0]["hypotheses"][0]["probability"], last["questions"][0]["hypotheses"][0]["probability"]);
}

TEST_F(SiteTest, TheStatementComesBySentence) {
  const Json statement = document(get("/api/cases/small/statement?language=fr&audience=technical"));
  EXPECT_EQ(statement["schema"], "prova/statement/1");
  EXPECT_EQ(statement["language"], "fr");
  EXPECT_FALSE(statement["sections"].empty());
  EXPECT_EQ(get("/api/cases/small/statement?language=xx").status, 400);
  for (const char* format : {"html", "md", "json", "stix", "misp"}) EXPECT_EQ(get(std::string("/api/cases/small/export/") + format).status, 200) << format;
  EXPECT_EQ(get("/api/cases/small/export/pdf").status, 404);
}

TEST_F(SiteTest, ACaseWithMistakesOpensWithThem) {
  directory_.write("small/case.yaml", std::string(kSmallCase) + "  - {id: E3, kind: persone, known_from: 2021, roots: R1}\n");
  const Json shown = document(get("/api/cases/small"));
  EXPECT_EQ(shown["errors"][0]["line"], 11);
  EXPECT_EQ(shown["evidence"].size(), 3U) << "what can be read is shown";
  const Response assessment = get("/api/cases/small/assessment");
  EXPECT_EQ(assessment.status, 422);
  EXPECT_EQ(document(assessment)["errors"][0]["line"], 11);
  EXPECT_EQ(document(get("/api/workbench"))["cases"][0]["errors"], 1);
}

TEST_F(SiteTest, AnEditIsWrittenRecordedAndAnsweredWithTheCase) {
  const Response edited = edit(R"({"op": "change-evidence", "id": "E2", "changes": {"credibility": 2, "note": "checked"}})", revision());
  ASSERT_EQ(edited.status, 200) << *edited.body;
  EXPECT_EQ(document(edited)["evidence"][1]["credibility"], 2);
  EXPECT_EQ(document(edited)["revision"], revision());
  const std::string text = directory_.read("small/case.yaml");
  EXPECT_NE(text.find("credibility: 2, says: {nation: {south: +}}, note: checked}   # doubtful\n"), std::string::npos) << text;
  EXPECT_NE(text.find("name: Small   # the title\n"), std::string::npos);
  const std::string log = directory_.read("small/custody.jsonl");
  EXPECT_NE(log.find("\"who\":\"tester\",\"action\":\"edited\",\"path\":\"case.yaml\",\"sha256\":\"" + revision() + "\""), std::string::npos) << log;
  EXPECT_NE(log.find("changed evidence E2: credibility, note"), std::string::npos);
}

TEST_F(SiteTest, TheSecondOfTwoEditsIsAConflictAndLosesNothing) {
  const std::string first = revision();
  ASSERT_EQ(edit(R"({"op": "set-note", "id": "E1", "note": "mine"})", first).status, 200);
  const std::string after = directory_.read("small/case.yaml");
  const Response second = edit(R"({"op": "set-note", "id": "E1", "note": "yours"})", first);
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(document(second)["revision"], revision());
  EXPECT_EQ(directory_.read("small/case.yaml"), after);
}

TEST_F(SiteTest, AnEditThatTheValidatorRefusesWritesNothing) {
  const Response refused = edit(R"({"op": "change-evidence", "id": "E2", "changes": {"kind": "telemetri"}})", revision());
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(document(refused)["errors"][0]["line"], 10);
  EXPECT_EQ(directory_.read("small/case.yaml"), kSmallCase);
  EXPECT_EQ(directory_.read("small/custody.jsonl"), "");
  EXPECT_EQ(edit(R"({"op": "remove-evidence", "id": "E9"})", revision()).status, 404);
  EXPECT_EQ(edit(R"({"op": "drop-table"})", revision()).status, 400);
  EXPECT_EQ(edit("[", revision()).status, 400);
  EXPECT_EQ(post("/api/cases/small/edits", "{}").status, 428);
}

TEST_F(SiteTest, AnEditOfAnotherProgramIsSeenAtOnce) {
  EXPECT_EQ(document(get("/api/cases/small"))["name"], "Small");
  std::string text = kSmallCase;
  text.replace(text.find("Small"), 5, "Large");
  directory_.write("small/case.yaml", text);
  EXPECT_EQ(document(get("/api/cases/small"))["name"], "Large");
}

TEST_F(SiteTest, BodiesAreJsonOfAKnownLength) {
  const Headers base = {{"Host", "127.0.0.1:4114"}, {"Authorization", "Bearer secret"}, {"X-Prova", "1"}};
  const auto status = [&](const std::string& method, Headers more) {
    more.insert(more.end(), base.begin(), base.end());
    const auto refused = site_->refuse({method, "/api/cases/small/edits", more, "", ""});
    return refused ? refused->status : 0;
  };
  EXPECT_EQ(status("POST", {{"Content-Length", "10"}, {"Content-Type", "application/json; charset=utf-8"}}), 0);
  EXPECT_EQ(status("POST", {{"Content-Length", "10"}, {"Content-Type", "text/plain"}}), 415);
  EXPECT_EQ(status("POST", {{"Content-Length", "10"}, {"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}), 415);
  EXPECT_EQ(status("POST", {{"Transfer-Encoding", "chunked"}, {"Content-Type", "application/json"}}), 411);
  EXPECT_EQ(status("POST", {{"Content-Length", "262145"}, {"Content-Type", "application/json"}}), 413);
  EXPECT_EQ(status("POST", {{"Content-Length", "99999999999999999999"}, {"Content-Type", "application/json"}}), 413);
  EXPECT_EQ(status("POST", {{"Content-Length", "1"}, {"Content-Length", "2"}, {"Content-Type", "application/json"}}), 400);
  EXPECT_EQ(status("POST", {{"Content-Length", "-1"}, {"Content-Type", "application/json"}}), 400);
  EXPECT_EQ(status("GET", {{"Content-Length", "1"}}), 400);
  EXPECT_EQ(status("PUT", {}), 405);
}

TEST_F(SiteTest, AJobWithoutTheIndexIsRefusedBeforeItCanReplaceAReport) {
  directory_.write("small/artifacts/sample.exe", "MZ");
  workbench_->index = (directory_.path() / "no-index").string();
  const Response refused = post("/api/cases/small/jobs", R"({"kind": "investigate"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body->find("there is no index at"), std::string::npos);
  EXPECT_TRUE(jobs_.list().empty());
  std::filesystem::create_directory(workbench_->index);
  EXPECT_EQ(post("/api/cases/small/jobs", R"({"kind": "investigate"})").status, 202);
  EXPECT_EQ(post("/api/cases/small/jobs", R"({"kind": "format-disk"})").status, 400);
  std::string piece, all;
  Response events = get("/api/jobs/1/events");
  while (events.stream && events.stream(piece)) all += piece;
  EXPECT_NE(all.find("event: done\n"), std::string::npos) << all;
  EXPECT_EQ(get("/api/jobs/2/events").status, 404);
  EXPECT_EQ(get("/api/jobs/x").status, 404);
}

TEST(ServedCases, IdsAreSlugsAndNeverTheSameTwice) {
  const TestDirectory directory;
  for (const char* name : {"a/Case 2022", "b/case-2022", "c/???"}) std::filesystem::create_directories(directory.path() / name);
  const auto open = [&](std::vector<std::string> names) {
    for (std::string& name : names) name = (directory.path() / name).string();
    return ServedCases::open(names);
  };
  const auto served = open({"a/Case 2022", "b/case-2022", "c/???"});
  ASSERT_TRUE(served);
  EXPECT_EQ(served->all()[0]->id(), "case-2022");
  EXPECT_EQ(served->all()[1]->id(), "case-2022-2");
  EXPECT_EQ(served->all()[2]->id(), "case");
  EXPECT_FALSE(open({"nothing"}));
  EXPECT_FALSE(open({"a/Case 2022", "a/Case 2022"}));
  EXPECT_FALSE(ServedCases::open({}));
}

}  // namespace
}  // namespace prova::web
