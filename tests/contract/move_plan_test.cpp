// Which partitions are moved where, on placements that are written down here.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "store/postgres/move_plan.h"

namespace prova {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// One letter per partition: c is the coordinator, 0, 1, ... a shard.
Placement placed(std::string_view where, std::size_t shards) {
  Placement placement;
  for (std::size_t i = 0; i < shards; ++i) placement.shards.push_back({static_cast<std::int16_t>(i), "postgresql://s" + std::to_string(i) + "/prova"});
  for (const char c : where) placement.shard_of.push_back(c == 'c' ? ServerIndex{} : ServerIndex{static_cast<std::size_t>(c - '0')});
  return placement;
}

TEST(PlanBalance, ANewShardGetsItsShareFromAllOthers) {
  // Of sixteen, three servers get six, five and five; the first of those that have most keeps the sixth.
  EXPECT_THAT(plan_balance(placed("0101010101010101", 3)),
              ElementsAre(PlannedMove{11, ServerIndex{2}}, PlannedMove{12, ServerIndex{2}}, PlannedMove{13, ServerIndex{2}},
                          PlannedMove{14, ServerIndex{2}}, PlannedMove{15, ServerIndex{2}}));
}

TEST(PlanBalance, WhatIsBalancedStays) {
  EXPECT_THAT(plan_balance(placed("0101010101010101", 2)), IsEmpty());
  EXPECT_THAT(plan_balance(placed("cccccccccccccccc", 0)), IsEmpty());
  EXPECT_THAT(plan_balance(placed("0120120120120120", 3)), IsEmpty());
}

TEST(PlanBalance, ACoordinatorThatServesKeepsItsShareAndOneThatDoesNotGetsNone) {
  EXPECT_THAT(plan_balance(placed("cccc", 1)), ElementsAre(PlannedMove{2, ServerIndex{0}}, PlannedMove{3, ServerIndex{0}}));
  EXPECT_THAT(plan_balance(placed("0000", 2)), ElementsAre(PlannedMove{2, ServerIndex{1}}, PlannedMove{3, ServerIndex{1}}));
}

TEST(PlanBalance, EveryPlacementOfFivePartitionsOnThreeServersBecomesEvenWithTheFewestMoves) {
  const std::string servers = "c01";
  for (int code = 0; code < 243; ++code) {
    std::string where;
    for (int i = 0, rest = code; i < 5; ++i, rest /= 3) where += servers[static_cast<std::size_t>(rest % 3)];
    const bool coordinator = where.find('c') != std::string::npos;
    const std::size_t least = coordinator ? 1 : 2, most = coordinator ? 2 : 3;
    std::string after = where;
    for (const PlannedMove& move : plan_balance(placed(where, 2))) {
      const char to = move.to ? static_cast<char>('0' + *move.to) : 'c';
      EXPECT_NE(after[static_cast<std::size_t>(move.part)], to);
      after[static_cast<std::size_t>(move.part)] = to;
    }
    std::size_t surplus = 0, over = 0;
    for (const char server : servers) {
      if (server == 'c' && !coordinator) continue;
      const auto count = [&](const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), server)); };
      EXPECT_GE(count(after), least) << where;
      EXPECT_LE(count(after), most) << where;
      surplus += count(where) - std::min(count(where), most);
      over += count(where) >= most;
    }
    // No plan can do with fewer: what is above the larger share must go, and no more servers may keep the larger share than there are.
    const std::size_t larger = 5 % (coordinator ? 3 : 2);
    EXPECT_EQ(plan_balance(placed(where, 2)).size(), surplus + (over > larger ? over - larger : 0)) << where;
    EXPECT_THAT(plan_balance(placed(after, 2)), IsEmpty()) << where;
  }
}

std::string refusal(const MoveOrder& order) {
  const auto plan = plan_moves(placed("0101", 2), order);
  return plan ? "planned" : plan.error().message;
}

TEST(PlanMoves, NamesServersByAddressNumberOrAsTheCoordinator) {
  const Placement placement = placed("0101", 2);
  for (const std::string to : {"postgresql://s1/prova", "1"}) {
    EXPECT_THAT(plan_moves(placement, {{2, 0, 2, 1}, to, false}).value(), ElementsAre(PlannedMove{0, ServerIndex{1}}, PlannedMove{2, ServerIndex{1}})) << to;
  }
  EXPECT_THAT(plan_moves(placement, {{3}, "coordinator", false}).value(), ElementsAre(PlannedMove{3, ServerIndex{}}));
}

TEST(PlanMoves, RefusesWhatHasNoMeaning) {
  EXPECT_THAT(refusal({{4}, "1", false}), HasSubstr("there is no partition 4, they are numbered 0 to 3"));
  EXPECT_THAT(refusal({{-1}, "1", false}), HasSubstr("there is no partition -1"));
  EXPECT_THAT(refusal({{1}, "postgresql://s9/prova", false}), HasSubstr("there are: coordinator, 0 (postgresql://s0/prova), 1 (postgresql://s1/prova)"));
  EXPECT_THAT(refusal({{1}, "1", true}), HasSubstr("say either"));
  EXPECT_THAT(refusal({{}, "", false}), HasSubstr("say either"));
  EXPECT_THAT(refusal({{1}, "", false}), HasSubstr("both are needed"));
  EXPECT_THAT(refusal({{}, "1", false}), HasSubstr("both are needed"));
}

}  // namespace
}  // namespace prova
