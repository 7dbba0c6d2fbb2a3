#pragma once
// Many clients of one index at once: as fast as they get answers, and as analysts do, with pauses.

#include <span>

#include "contender.h"
#include "kinship/learn.h"

namespace prova {

/// What one client alone sees, and what a match costs all processors together: the yardstick of the others.
struct SingleClient {
  double median = 0;             ///< Of a match, seconds.
  ProcessorTime processor;       ///< Per match.
};

/// One client, one thread, every query several times, warm.
[[nodiscard]] Result<SingleClient> measure_single(const Contender& one, std::span<const AnalyzedSample> queries, int runs);

/// `clients` at once, each asking again as soon as it is answered, for `seconds`. They and the servers share the processors of this
/// machine, so that no design goes below the floor: clients * processor time of a match / processors.
[[nodiscard]] Status measure_closed_loop(const Contender& one, std::span<const AnalyzedSample> queries, const SingleClient& single,
                                         int clients, double seconds);

/// The same as if each client had a machine of its own and only the servers shared this one: what the clients compute is played by sleeping as
/// long as it took (recorded.h). Compared with one such client.
[[nodiscard]] Status measure_own_machines(const Contender& one, std::span<const AnalyzedSample> queries, int clients, double seconds);

/// Matches arrive at random moments (exponential gaps), so many that `load` of the processors' time is asked for; each goes to the first
/// of `clients` that is free, and its time counts from its arrival on.
[[nodiscard]] Status measure_open_loop(const Contender& one, std::span<const AnalyzedSample> queries, const SingleClient& single, int clients,
                                       double load, double seconds);

}  // namespace prova
