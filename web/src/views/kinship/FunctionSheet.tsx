// One function: the known functions that it resembles, why, and the way to lay both side by side.
import { Sheet } from "../../components/Sheet";
import { Untrusted } from "../../components/Untrusted";
import { bytes, log10 } from "../../format";
import { t, tn } from "../../i18n";
import { hrefOf } from "../../router";
import { hex, nameOfProgram, type FunctionMatch, type FunctionRow, type KnownSample, type ListedProgram } from "./documents";
import { Similarity } from "./FunctionTable";

function Match({ listed, row, match, atHand }: { listed: ListedProgram; row: FunctionRow; match: FunctionMatch; atHand: boolean }) {
  const query: Record<string, string> = { left: listed.program.sample.sha256, right: match.sample, function: hex(row.address) };
  if (listed.program.sample.member) query.left_member = listed.program.sample.member;
  return (
    <li class="match">
      <div class="match-head">
        <b><Untrusted text={match.name ?? hex(match.address)} /></b>
        <span class="soft"><Untrusted text={match.sample_name} /> · <Untrusted text={match.family} /></span>
        {atHand && <a class="button" href={hrefOf("pair", query)}>{t("kinship.side_by_side")}</a>}
      </div>
      <div class="match-numbers">
        <Similarity value={match.similarity} />
        <span>{t("kinship.lr")} {match.log10_lr === null ? "–" : log10(match.log10_lr)}</span>
        {match.exact && <span class="badge">{t("kinship.exact")}</span>}
      </div>
      {match.because.length > 0 && <p class="features"><span class="soft">{t("kinship.both_have")}</span> {match.because.map((feature) => <code key={feature}><Untrusted text={feature} /></code>)}</p>}
      {!atHand && <p class="soft">{t("kinship.not_at_hand", { name: match.sample_name })}</p>}
    </li>
  );
}

export function FunctionSheet({ listed, row, samples, onClose }: { listed: ListedProgram; row: FunctionRow; samples: readonly KnownSample[]; onClose(): void }) {
  const atHand = new Set(samples.filter((sample) => sample.at_hand).map((sample) => sample.sha256));
  return (
    <Sheet title={row.name ?? t("kinship.function_at", { address: hex(row.address) })} onClose={onClose} wide>
      <p class="soft">{nameOfProgram(listed)} · {hex(row.address)} · {bytes(row.size)}</p>
      <p class="role-cell function-role"><i class={`swatch is-${row.role}`} aria-hidden="true" />{t(`kinship.role.${row.role}`)}<span class="soft">{row.group}</span></p>
      <h3>{tn("kinship.matches", row.matches_total)}</h3>
      <ul class="matches">
        {row.matches.map((match) => <Match key={`${match.sample}-${match.address}`} listed={listed} row={row} match={match} atHand={atHand.has(match.sample)} />)}
      </ul>
      {row.matches_total > row.matches.length && <p class="soft">{t("shell.more", { count: row.matches_total - row.matches.length })}</p>}
    </Sheet>
  );
}
