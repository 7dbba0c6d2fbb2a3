#include "web/session.h"

#include <gtest/gtest.h>

namespace prova::web {
namespace {

const ListenAddress kHere{"127.0.0.1", 4114};

Request get(Headers headers) { return {"GET", "/api/workbench", std::move(headers), "", "127.0.0.1"}; }
Request post(Headers headers) { return {"POST", "/api/jobs", std::move(headers), "", "127.0.0.1"}; }

TEST(ListenAddress, OnLoopbackOnlyLoopbackNamesAreUs) {
  EXPECT_TRUE(kHere.answers_to("127.0.0.1:4114"));
  EXPECT_TRUE(kHere.answers_to("localhost:4114"));
  EXPECT_TRUE(kHere.answers_to("[::1]:4114"));
  for (const char* other : {"evil.example:4114", "evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:41140", "192.0.2.1:4114", "127.0.0.1.evil.example:4114",
                            "localhost.:4114", ":4114", "", "LOCALHOST:4114@evil.example:4114"}) {
    EXPECT_FALSE(kHere.answers_to(other)) << other;
  }
}

TEST(ListenAddress, BeyondLoopbackLiteralAddressesAreUsAndNamesAreNot) {
  const ListenAddress everywhere{"0.0.0.0", 4114};
  EXPECT_TRUE(everywhere.answers_to("192.0.2.1:4114"));
  EXPECT_TRUE(everywhere.answers_to("[2001:db8::1]:4114"));
  EXPECT_FALSE(everywhere.answers_to("rebound.example:4114"));
  EXPECT_FALSE(everywhere.loopback());
}

TEST(Foreign, OurOwnPageMayGoOn) {
  EXPECT_EQ(foreign(get({{"Host", "127.0.0.1:4114"}}), kHere), std::nullopt);
  EXPECT_EQ(foreign(get({{"Host", "localhost:4114"}, {"Origin", "http://localhost:4114"}, {"Sec-Fetch-Site", "same-origin"}}), kHere), std::nullopt);
  EXPECT_EQ(foreign(get({{"Host", "127.0.0.1:4114"}, {"Sec-Fetch-Site", "none"}}), kHere), std::nullopt);
  EXPECT_EQ(foreign(post({{"Host", "127.0.0.1:4114"}, {"X-Prova", "1"}}), kHere), std::nullopt);
}

TEST(Foreign, EveryOtherSiteIsRefused) {
  EXPECT_TRUE(foreign(get({}), kHere));
  EXPECT_TRUE(foreign(get({{"Host", "evil.example:4114"}}), kHere)) << "DNS rebinding";
  EXPECT_TRUE(foreign(get({{"Host", "127.0.0.1:4114"}, {"Host", "evil.example"}}), kHere)) << "two hosts";
  EXPECT_TRUE(foreign(get({{"Host", "127.0.0.1:4114"}, {"Origin", "http://evil.example"}}), kHere));
  EXPECT_TRUE(foreign(get({{"Host", "127.0.0.1:4114"}, {"Origin", "http://127.0.0.1:4115"}}), kHere)) << "another port is another site";
  EXPECT_TRUE(foreign(get({{"Host", "127.0.0.1:4114"}, {"Origin", "https://127.0.0.1:4114"}}), kHere));
  EXPECT_TRUE(foreign(get({{"Host", "127.0.0.1:4114"}, {"Origin", "null"}}), kHere)) << "a sandboxed frame";
  EXPECT_TRUE(foreign(get({{"Host", "127.0.0.1:4114"}, {"Origin", ""}}), kHere));
  EXPECT_TRUE(foreign(get({{"Host", "127.0.0.1:4114"}, {"Sec-Fetch-Site", "cross-site"}}), kHere));
  EXPECT_TRUE(foreign(get({{"Host", "127.0.0.1:4114"}, {"Sec-Fetch-Site", "same-site"}}), kHere));
  EXPECT_TRUE(foreign(post({{"Host", "127.0.0.1:4114"}}), kHere)) << "a form cannot send X-Prova";
}

TEST(Session, ATokenWorksOnceAndTheNextInvitationHasAnother) {
  Session session(kHere, "secret", "token");
  EXPECT_EQ(session.invitation(), "http://127.0.0.1:4114/#token=token");
  EXPECT_FALSE(session.redeem("tokem"));
  EXPECT_FALSE(session.redeem(""));
  EXPECT_TRUE(session.redeem("token"));
  EXPECT_FALSE(session.redeem("token"));
  EXPECT_EQ(session.invitation().size(), std::string("http://127.0.0.1:4114/#token=").size() + 2 * kSecretBytes);
}

TEST(Session, OnlyItsCookieOrItsBearerTokenCarriesIt) {
  const Session session(kHere, "secret", "token");
  EXPECT_EQ(session.cookie(), "prova_session_4114=secret; HttpOnly; SameSite=Strict; Path=/");
  EXPECT_TRUE(session.carries(get({{"Cookie", "a=b; prova_session_4114=secret"}})));
  EXPECT_TRUE(session.carries(get({{"authorization", "Bearer secret"}})));
  for (const char* cookie : {"prova_session_4115=secret", "prova_session_4114=secret2", "prova_session_4114=", "prova_session_4114", "xprova_session_4114=secret", ""}) {
    EXPECT_FALSE(session.carries(get({{"Cookie", cookie}}))) << cookie;
  }
  EXPECT_FALSE(session.carries(get({{"Authorization", "Basic secret"}})));
  EXPECT_FALSE(session.carries(get({})));
}

TEST(Session, SecretsDiffer) {
  const auto a = Session::create(kHere), b = Session::create(kHere);
  ASSERT_TRUE(a && b);
  EXPECT_NE(a->secret(), b->secret());
  EXPECT_NE(a->invitation(), b->invitation());
  EXPECT_EQ(a->secret().size(), 2 * kSecretBytes);
}

}  // namespace
}  // namespace prova::web
