// The functions that both programs have; the changed ones that say most first.
import { useMemo, useState } from "preact/hooks";
import { Segmented } from "../../components/Tabs";
import { SearchField } from "../../components/parts";
import { Untrusted } from "../../components/Untrusted";
import { VirtualTable, type Column } from "../../components/VirtualTable";
import { count, decimal, log10 } from "../../format";
import { t } from "../../i18n";
import { hex } from "../kinship/documents";
import { nameOf, type CompareDocument, type FunctionPair } from "./documents";

type Shown = "telling" | "changed" | "identical" | "all";

const columns = (): Column<FunctionPair>[] => [
  { id: "left", head: t("pair.in_a"), width: "minmax(6.2rem, 1fr)", cell: (pair) => <Name of={pair.left} /> },
  { id: "right", head: t("pair.in_b"), width: "minmax(6.2rem, 1fr)", cell: (pair) => <Name of={pair.right} /> },
  { id: "similarity", head: t("kinship.similarity"), width: "3.9rem", align: "end", cell: (pair) => decimal(pair.similarity, 2) },
  { id: "lr", head: t("kinship.lr"), width: "3.1rem", align: "end", cell: (pair) => (pair.log10_lr === null ? "–" : log10(pair.log10_lr)) },
];

function Name({ of }: { of: FunctionPair["left"] }) {
  return <span class="pair-of-lines"><span>{of.name ? <Untrusted text={of.name} /> : <code>{hex(of.address)}</code>}</span></span>;
}

/** Common code last, then by weight. */
export const strongestFirst = (pairs: readonly FunctionPair[]): FunctionPair[] =>
  [...pairs].sort((a, b) => Number(a.common_code) - Number(b.common_code) || (b.log10_lr ?? -99) - (a.log10_lr ?? -99) || b.left.size - a.left.size || a.left.address - b.left.address);

export function PairList({ document, telling, chosen, onChoose }: { document: CompareDocument; telling: readonly FunctionPair[]; chosen: string | null; onChoose(pair: FunctionPair): void }) {
  const [wanted, setShown] = useState<Shown | null>(null);
  const shown = wanted ?? (telling.length > 0 ? "telling" : "all");
  const [search, setSearch] = useState("");
  const pairs = useMemo(() => {
    const text = search.toLowerCase();
    const found = (pair: FunctionPair) => [nameOf(pair.left), nameOf(pair.right), hex(pair.left.address), hex(pair.right.address)].some((one) => one.toLowerCase().includes(text));
    return strongestFirst(document.pairs).filter((pair) => (shown === "all" || (shown === "telling" ? telling.includes(pair) : pair.state === shown)) && (text === "" || found(pair)));
  }, [document, telling, shown, search]);
  const options = [...(telling.length > 0 ? [{ id: "telling" as const, label: `${t("pair.telling")} ${count(telling.length)}` }] : []), { id: "all" as const, label: t("pair.all") }, { id: "changed" as const, label: `${t("pair.state.changed")} ${count(document.summary.changed)}` }, { id: "identical" as const, label: `${t("pair.state.identical")} ${count(document.summary.identical)}` }];
  return (
    <div class="pair-list">
      <Segmented<Shown> label={t("pair.filter")} hideLabel options={options} value={shown} onChange={setShown} />
      <SearchField value={search} onInput={setSearch} />
      <div class="pair-list-table">
        <VirtualTable<FunctionPair> label={t("pair.functions")} columns={columns()} count={pairs.length} row={(index) => pairs[index]} rowKey={(pair) => hex(pair.left.address)}
          rowHeight={28} selected={chosen} onOpen={onChoose} />
      </div>
    </div>
  );
}
