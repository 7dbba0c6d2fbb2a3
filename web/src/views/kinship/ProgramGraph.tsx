// Who shares code with whom: programs of the case on the left, known ones on the right, a line as wide as what they share.
import { useMemo } from "preact/hooks";
import { Untrusted } from "../../components/Untrusted";
import { bytes, count, log10 } from "../../format";
import { t } from "../../i18n";
import { hrefOf } from "../../router";
import { fileName, type KinshipDocument, type KnownSample, type ListedProgram, type SharedCode } from "./documents";

const kRow = 34, kWidth = 760, kBox = 210, kTop = 34, kMaxLine = 14;

interface Side {
  y: number;
  name: string;
}

/** Known samples in the order of their families, malware first; those that share nothing telling come last. */
function ordered(samples: KnownSample[], shared: SharedCode[]): KnownSample[] {
  const rank = { malware: 0, goodware: 1, library: 2 };
  const telling = new Map<string, number>();
  for (const one of shared) telling.set(one.sample, (telling.get(one.sample) ?? 0) + one.telling_bytes);
  return [...samples].sort((a, b) => rank[a.role] - rank[b.role] || a.family.localeCompare(b.family) || (telling.get(b.sha256) ?? 0) - (telling.get(a.sha256) ?? 0) || a.name.localeCompare(b.name));
}

/** Libraries are hundreds of members: one box per family of them says as much. */
function gathered(document: KinshipDocument): { samples: KnownSample[]; shared: SharedCode[] } {
  const family = new Map(document.samples.map((sample) => [sample.sha256, sample.role === "malware" ? sample.sha256 : `family:${sample.family}`]));
  const samples = new Map<string, KnownSample>();
  for (const sample of document.samples) {
    const id = family.get(sample.sha256)!;
    if (!samples.has(id)) samples.set(id, sample.role === "malware" ? sample : { ...sample, sha256: id, name: sample.family });
  }
  const lines = new Map<string, SharedCode>();
  for (const one of document.shared) {
    const sample = family.get(one.sample);
    if (!sample) continue;
    const key = `${one.program}!${one.member ?? ""} ${sample}`;
    const line = lines.get(key);
    if (!line) lines.set(key, { ...one, sample });
    else {
      line.functions += one.functions;
      line.bytes += one.bytes;
      line.telling_functions += one.telling_functions;
      line.telling_bytes += one.telling_bytes;
      line.best_log10_lr = Math.max(line.best_log10_lr, one.best_log10_lr);
    }
  }
  return { samples: [...samples.values()], shared: [...lines.values()] };
}

const keyOf = (one: SharedCode): string => (one.member ? `${one.program}!${one.member}` : one.program);

function Line({ from, to, one, widest, label, faded }: { from: Side; to: Side; one: SharedCode; widest: number; label: string; faded: boolean }) {
  const x1 = kBox, x2 = kWidth - kBox, middle = (x1 + x2) / 2;
  const telling = one.telling_bytes > 0;
  return (
    <path class={`share-line${telling ? " is-telling" : ""}${faded ? " is-faded" : ""}`} d={`M${x1} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${x2} ${to.y}`}
      stroke-width={telling ? Math.max(2, (kMaxLine * one.telling_bytes) / widest) : 1}>
      <title>{label}</title>
    </path>
  );
}

export function ProgramGraph({ programs, document, chosen }: { programs: ListedProgram[]; document: KinshipDocument; chosen: string }) {
  const { samples, shared } = useMemo(() => gathered(document), [document]);
  const right = ordered(samples, shared);
  const rows = Math.max(programs.length, right.length, 1);
  const height = kTop + rows * kRow + 6;
  const spread = (n: number, i: number) => kTop + ((i + 0.5) * rows * kRow) / Math.max(n, 1);
  const left = new Map<string, Side>(programs.map((listed, i) => [listed.key, { y: spread(programs.length, i), name: fileName(listed.artifact.path) }]));
  const known = new Map<string, Side>(right.map((sample, i) => [sample.sha256, { y: spread(right.length, i), name: sample.name }]));
  const widest = Math.max(1, ...shared.map((one) => one.telling_bytes));
  const lines = [...shared].sort((a, b) => a.telling_bytes - b.telling_bytes).filter((one) => left.has(keyOf(one)) && known.has(one.sample));
  const words = (one: SharedCode) => t("kinship.graph_edge", { program: left.get(keyOf(one))!.name, sample: known.get(one.sample)!.name, telling: one.telling_functions, functions: one.functions });
  return (
    <div class="program-graph">
      <p class="soft">{t("kinship.graph_hint")}</p>
      <svg viewBox={`0 0 ${kWidth} ${height}`} width={kWidth} height={height} role="group" aria-label={t("kinship.tab_graph")}>
        <text class="graph-head-text" x={kBox} y={16} text-anchor="end">{t("kinship.graph_programs")}</text>
        <text class="graph-head-text" x={kWidth - kBox} y={16}>{t("kinship.graph_known")}</text>
        <g aria-hidden="true">{lines.map((one) => <Line key={`${keyOf(one)} ${one.sample}`} from={left.get(keyOf(one))!} to={known.get(one.sample)!} one={one} widest={widest} label={words(one)} faded={keyOf(one) !== chosen} />)}</g>
        {programs.map((listed) => {
          const side = left.get(listed.key)!;
          return (
            <a key={listed.key} href={hrefOf("kinship", { program: listed.key, tab: "graph" })} aria-current={listed.key === chosen ? "true" : undefined}>
              <circle cx={kBox} cy={side.y} r={4} class="graph-dot" />
              <text x={kBox - 12} y={side.y + 4} text-anchor="end" class={listed.key === chosen ? "is-chosen" : undefined}>{side.name}</text>
            </a>
          );
        })}
        {right.map((sample) => (
          <g key={sample.sha256}>
            <circle cx={kWidth - kBox} cy={known.get(sample.sha256)!.y} r={4} class={`graph-dot is-${sample.role}`} />
            <text x={kWidth - kBox + 12} y={known.get(sample.sha256)!.y + 4}>{sample.name}<tspan class="graph-soft"> {sample.role === "malware" ? sample.family : t(`kinship.role.${sample.role}`)}</tspan></text>
          </g>
        ))}
      </svg>
      <details>
        <summary>{t("kinship.graph_table")}</summary>
        <table class="group-table">
          <thead><tr><th scope="col">{t("kinship.graph_programs")}</th><th scope="col">{t("kinship.graph_known")}</th><th scope="col" class="n">{t("kinship.telling")}</th><th scope="col" class="n">{t("kinship.size")}</th><th scope="col" class="n">{t("kinship.functions")}</th><th scope="col" class="n">{t("kinship.strongest")}</th></tr></thead>
          <tbody>
            {[...lines].reverse().map((one) => (
              <tr key={`${keyOf(one)} ${one.sample}`}>
                <td><Untrusted text={left.get(keyOf(one))!.name} /></td><td><Untrusted text={known.get(one.sample)!.name} /></td>
                <td class="n">{count(one.telling_functions)}</td><td class="n">{bytes(one.telling_bytes)}</td><td class="n">{count(one.functions)}</td><td class="n">{log10(one.best_log10_lr)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
