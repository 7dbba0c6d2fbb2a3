// One pair of functions: what both have, both control-flow graphs, and the instructions side by side.
import { useMemo, useState } from "preact/hooks";
import { Untrusted } from "../../components/Untrusted";
import { decimal, log10 } from "../../format";
import { t } from "../../i18n";
import { hex } from "../kinship/documents";
import { CodeTable } from "./CodeTable";
import { nameOf, type AlignedPair, type CompareDocument, type FunctionPair } from "./documents";
import { lineTest, type LineTest } from "./features";
import { FlowGraph } from "./FlowGraph";

/** Blocks that hold a line which the chosen feature comes from. */
function markedBlocks(pair: AlignedPair, test: LineTest | null): Set<number> {
  const marked = new Set<number>();
  if (!test) return marked;
  pair.blocks.forEach((block, index) => {
    if (block.rows.some((row) => (row.left && test(row.left)) || (row.right && test(row.right)))) marked.add(index);
  });
  return marked;
}

function Features({ features, chosen, onChoose }: { features: string[]; chosen: string | null; onChoose(feature: string | null): void }) {
  if (features.length === 0) return null;
  return (
    <p class="features" title={t("pair.features_hint")}>
      <span class="soft">{t("pair.features")}</span>
      {features.map((feature) => (lineTest(feature)
        ? <button key={feature} type="button" class="feature" aria-pressed={feature === chosen} onClick={() => onChoose(feature === chosen ? null : feature)}><Untrusted text={feature} /></button>
        : <code key={feature}><Untrusted text={feature} /></code>))}
    </p>
  );
}

export function PairDetail({ document, pair }: { document: CompareDocument; pair: FunctionPair }) {
  const aligned = document.aligned[0];
  const [block, setBlock] = useState<number | null>(null);
  const [feature, setFeature] = useState<string | null>(null);
  const test = useMemo(() => (feature ? lineTest(feature) : null), [feature]);
  const marked = useMemo(() => (aligned ? markedBlocks(aligned, test) : new Set<number>()), [aligned, test]);
  if (!aligned) return <p class="soft">{t("pair.no_partner")}</p>;
  const sides = [["left", document.left, pair.left], ["right", document.right, pair.right]] as const;
  return (
    <section class="pair-detail" aria-label={`${nameOf(pair.left)}, ${nameOf(pair.right)}`}>
      <header class="pair-names">
        {sides.map(([side, program, one]) => (
          <h2 key={side}><Untrusted text={nameOf(one)} /><small><Untrusted text={program.name} /> · {hex(one.address)} · {one.size} B</small></h2>
        ))}
      </header>
      <p class="pair-numbers">
        <span>{t("kinship.similarity")} <b>{decimal(pair.similarity, 2)}</b></span>
        {pair.log10_lr !== null && <span>{t("kinship.lr")} <b>{log10(pair.log10_lr)}</b></span>}
        <span class="soft">{t("pair.lines", { equal: aligned.equal, alike: aligned.alike, left: aligned.only_left, right: aligned.only_right })}</span>
        {aligned.capped && <span class="badge is-warn">{t("pair.capped")}</span>}
      </p>
      <Features features={pair.because} chosen={feature} onChoose={setFeature} />
      <div class="flows">
        {sides.map(([side, , one]) => (
          <div key={side} class="flow-frame" tabIndex={0} role="region" aria-label={t("pair.graph_of", { side: nameOf(one), blocks: one.blocks })}>
            <FlowGraph pair={aligned} side={side} label={nameOf(one)} chosen={block} marked={marked} onChoose={(index) => setBlock(index === block ? null : index)} />
          </div>
        ))}
      </div>
      <ul class="key flow-key">
        {(["equal", "alike", "lone"] as const).map((look) => <li key={look}><i class={`flow-swatch is-${look}`} aria-hidden="true" />{t(`pair.block_look.${look}`)}</li>)}
        <li><span>{t("pair.key")}</span></li>
      </ul>
      <CodeTable pair={aligned} test={test} chosen={block} />
    </section>
  );
}
