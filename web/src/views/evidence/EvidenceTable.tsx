import { useMemo, useState } from "preact/hooks";
import { WeightBar } from "../../components/parts";
import { labelOf } from "../../components/QuestionAnswers";
import { VirtualTable, type Column, type Sorting } from "../../components/VirtualTable";
import { dayShort } from "../../format";
import { t, tCode } from "../../i18n";
import type { Question } from "../../documents";
import { shownHypothesis, sorted, type EvidenceRow, type RowOrder } from "./rows";

export interface ShapeProps {
  rows: readonly EvidenceRow[];
  question: Question | undefined;
  selected: string | null;
  onToggle(id: string): void;
  onOpen(id: string): void;
}

const kRowHeight = 54;   // two lines of the claim
const kLeastLimit = 0.5; // log₁₀: the bar of a factor 3 fills the half even in a case of weak items

export function InOut({ row, onToggle }: { row: EvidenceRow; onToggle(id: string): void }) {
  const { id } = row.item;
  return <input type="checkbox" checked={!row.out} aria-label={t(row.out ? "evidence.put_back" : "evidence.take_out", { id })} onChange={() => onToggle(id)} />;
}

export function rowClass(row: EvidenceRow): string {
  return [row.out ? "is-out" : "", row.silent ? "is-silent" : "", row.reporting === "circular" ? "is-circular" : ""].filter(Boolean).join(" ");
}

export function EvidenceTable({ rows, question, selected, onToggle, onOpen }: ShapeProps) {
  const [sorting, setSorting] = useState<Sorting>({ column: "known", descending: false });
  const hypothesis = shownHypothesis(question);
  const ordered = useMemo(() => sorted(rows, sorting.column as RowOrder, sorting.descending, hypothesis?.id ?? null), [rows, sorting, hypothesis?.id]);
  const limit = Math.max(kLeastLimit, ...rows.map((row) => Math.abs(weightOf(row, hypothesis?.id))));
  const columns: Column<EvidenceRow>[] = [
    { id: "in", head: t("evidence.col_in"), hint: t("evidence.col_in_hint"), width: "2rem", cell: (row) => <InOut row={row} onToggle={onToggle} /> },
    { id: "item", head: t("evidence.col_item"), width: "5.6rem", sortable: true, cell: (row) => <span class="item-id"><b>{row.item.id}</b><small>{dayShort(row.item.known_from)}</small></span> },
    { id: "claim", head: t("evidence.col_claim"), width: "minmax(11rem, 1fr)", cell: (row) => (
      <span class="item-claim" title={row.item.claim}><span>{row.item.claim}</span></span>) },
    { id: "kind", head: t("detail.kind"), width: "7.5rem", cell: (row) => <span class="two-lines soft">{tCode("kind", row.item.kind)}</span> },
    { id: "roots", head: t("evidence.col_roots"), width: "6rem", cell: (row) => <Roots row={row} /> },
    { id: "weight", head: t("evidence.col_weight_short"), hint: hypothesis ? t("evidence.col_weight", { label: labelOf(hypothesis) }) : "", width: "7rem", sortable: true,
      cell: (row) => <WeightCell row={row} hypothesis={hypothesis?.id} limit={limit} /> },
  ];
  return (
    <VirtualTable label={t("view.evidence")} columns={columns} count={ordered.length} row={(index) => ordered[index]} rowKey={(row) => row.item.id} rowHeight={kRowHeight}
      sorting={sorting} onSort={(next) => setSorting(next.column === sorting.column ? next : { ...next, descending: next.column === "weight" })}
      selected={selected} onOpen={(row) => onOpen(row.item.id)} onToggle={(row) => onToggle(row.item.id)} rowClass={rowClass} />
  );
}

const weightOf = (row: EvidenceRow, hypothesis: string | undefined): number => (hypothesis ? (row.weights.get(hypothesis)?.log10_weight ?? 0) : 0);

function Roots({ row }: { row: EvidenceRow }) {
  return (
    <span class="two-lines" title={row.roots.map((root) => `${root.id}: ${root.label ?? ""} (${root.grade ?? "F"})`).join("\n")}>
      {row.roots.map((root) => `${root.id}\u00a0(${root.grade ?? "F"})`).join(", ")} <span class="soft">{row.item.credibility}</span>
    </span>
  );
}

function WeightCell({ row, hypothesis, limit }: { row: EvidenceRow; hypothesis: string | undefined; limit: number }) {
  if (row.out) return <span class="badge is-warn">{t("evidence.out")}</span>;
  if (row.silent) return <span class="two-lines soft" title={row.silentText ?? ""}>{row.reporting === "circular" ? t("reporting.circular") : tCode("silent", row.silent)}</span>;
  const weight = hypothesis ? row.weights.get(hypothesis) : undefined;
  if (!weight) return <span class="two-lines soft">{t("evidence.no_weight")}</span>;
  return (
    <span class={weight.absorbed ? "is-absorbed" : undefined} title={weight.absorbed ? t("evidence.absorbed") : undefined}>
      <WeightBar value={weight.log10_weight} limit={limit} />
    </span>
  );
}
