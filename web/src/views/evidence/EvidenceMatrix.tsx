import { useMemo } from "preact/hooks";
import { markOf } from "../../analysis";
import { labelOf } from "../../components/QuestionAnswers";
import { VirtualTable, type Column } from "../../components/VirtualTable";
import { log10 } from "../../format";
import { t } from "../../i18n";
import { InOut, rowClass, type ShapeProps } from "./EvidenceTable";
import { discrimination, type EvidenceRow } from "./rows";

const kRowHeight = 40;
const kFullTint = 1;   // log₁₀: a factor of ten is drawn at full strength

/** Every item that speaks to the question against every answer; what tells the answers apart comes first. */
export function EvidenceMatrix({ rows, question, selected, onToggle, onOpen }: ShapeProps) {
  const hypotheses = question?.hypotheses.filter((hypothesis) => hypothesis.id !== "unknown") ?? [];
  const ids = hypotheses.map((hypothesis) => hypothesis.id);
  const ordered = useMemo(() => rows.filter((row) => row.weights.size > 0)
    .sort((a, b) => discrimination(b, ids) - discrimination(a, ids) || a.item.id.localeCompare(b.item.id, "en", { numeric: true })), [rows, question]);
  const columns: Column<EvidenceRow>[] = [
    { id: "in", head: t("evidence.col_in"), hint: t("evidence.col_in_hint"), width: "2rem", cell: (row) => <InOut row={row} onToggle={onToggle} /> },
    { id: "item", head: t("evidence.col_item"), width: "3.4rem", cell: (row) => <b>{row.item.id}</b> },
    { id: "claim", head: t("evidence.col_claim"), width: "minmax(12rem, 1fr)", cell: (row) => <span class="two-lines" title={row.item.claim}>{row.item.claim}</span> },
    ...hypotheses.map((hypothesis): Column<EvidenceRow> => ({
      id: hypothesis.id, head: labelOf(hypothesis), width: "5.2rem", cell: (row) => <Mark row={row} hypothesis={hypothesis.id} label={labelOf(hypothesis)} /> })),
  ];
  return (
    <>
      <p class="soft shape-note">{t("matrix.note")}</p>
      <div class="matrix">
        <VirtualTable label={t("evidence.matrix")} columns={columns} count={ordered.length} row={(index) => ordered[index]} rowKey={(row) => row.item.id} rowHeight={kRowHeight}
          selected={selected} onOpen={(row) => onOpen(row.item.id)} onToggle={(row) => onToggle(row.item.id)} rowClass={rowClass} />
      </div>
    </>
  );
}

function Mark({ row, hypothesis, label }: { row: EvidenceRow; hypothesis: string; label: string }) {
  const weight = row.weights.get(hypothesis);
  if (!weight) return <span class="mark soft">0</span>;
  const value = weight.log10_weight;
  const tint = Math.min(1, Math.abs(value) / kFullTint);
  return (
    <span class={`mark ${value > 0 ? "for" : value < 0 ? "against" : ""}${weight.absorbed ? " is-absorbed" : ""}`} style={{ "--tint": `${Math.round(tint * 70)}%` }}
      title={`${label}: ${log10(value)} log₁₀${weight.absorbed ? `, ${t("evidence.absorbed")}` : ""}`}>
      {markOf(value)}
    </span>
  );
}
