// What was stolen, and is the leak genuine? Documents by system and verdict; one of them to read, beside ours.
import { useEffect, useState } from "preact/hooks";
import { casePath, useDocument, withQuery } from "../../api";
import { FacetChips } from "../../components/FacetChips";
import { usePagedRows } from "../../components/pagedRows";
import { SearchField, ViewHead } from "../../components/parts";
import { EmptyState, ErrorState, Show } from "../../components/states";
import { PathText, Untrusted } from "../../components/Untrusted";
import { VirtualTable, type Column } from "../../components/VirtualTable";
import { bytes, count } from "../../format";
import { t, tn } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import type { ViewProps } from "..";
import { kLeakMarks, kLeakVerdicts, nameInDump, type LeakDocument, type LeakRow, type LeakText } from "./documents";
import { DocumentText } from "./DocumentText";
import "../../styles/views.css";
import "./leak.css";

export default function LeakView({ caseId }: ViewProps) {
  const loaded = useDocument<LeakDocument>(casePath(caseId, "/leak"));
  const value = loaded.value;
  const inventoried = value?.inventories.reduce((sum, inventory) => sum + inventory.files, 0) ?? 0;
  return (
    <>
      <ViewHead title={t("view.leak")} note={value && t("leak.note", { documents: count(value.coverage.documents), inventoried: count(inventoried) })} />
      <Show loaded={loaded} missing={() => <EmptyState title={t("leak.none")}>{t("leak.none_remedy")}</EmptyState>}>
        {(document) => <Leak caseId={caseId} document={document} />}
      </Show>
    </>
  );
}

const columns = (): Column<LeakRow>[] => [
  { id: "label", head: t("leak.document"), width: "minmax(8rem, 1fr)", sortable: true, cell: (row) => (
    <span class="pair-of-lines"><span title={row.dump_path}><Untrusted text={nameInDump(row.dump_path)} /></span><small>{row.path ? <><Untrusted text={row.system ?? ""} />: <Untrusted text={row.path} /></> : "–"}</small></span>
  ) },
  { id: "verdict", head: t("leak.verdicts"), width: "8.2rem", cell: (row) => <span class="role-cell"><i class={`swatch ${kLeakMarks[row.verdict]}`} aria-hidden="true" />{t(`leak.verdict.${row.verdict}`)}</span> },
  { id: "size", head: t("leak.size"), width: "3.6rem", align: "end", sortable: true, cell: (row) => bytes(row.size) },
];

function Systems({ document, chosen }: { document: LeakDocument; chosen: string | null }) {
  return (
    <ul class="leak-systems" aria-label={t("leak.systems")}>
      {document.systems.map((one) => (
        <li key={one.system}>
          <button type="button" aria-pressed={one.system === chosen} onClick={() => setQuery({ system: one.system === chosen ? null : one.system })}>
            <b><Untrusted text={one.system} /></b> {count(one.documents)}
            <small>{tn("leak.only_here", one.only_here)}{one.canaries > 0 && ` · ${t("leak.canary")} ${count(one.canaries)}`}</small>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Leak({ caseId, document }: { caseId: string; document: LeakDocument }) {
  const query = useRoute().query;
  const [search, setSearch] = useState("");
  const present = kLeakVerdicts.filter((verdict) => document.totals[verdict] > 0);
  const asked = query.get("verdicts");
  // What was altered is what somebody has to explain; without any, everything.
  const verdicts = asked === null ? present.filter((verdict) => verdict === "altered") : asked.split(",").filter((one) => (kLeakVerdicts as readonly string[]).includes(one));
  const [sorting, setSorting] = useState<{ column: string; descending: boolean } | null>(null);
  const rows = usePagedRows<LeakRow>(casePath(caseId, "/leak/documents"), { verdict: verdicts, system: query.get("system"), q: search, sort: sorting ? `${sorting.descending ? "-" : ""}${sorting.column}` : null });
  const n = query.get("n");
  const first = rows.row(0);
  useEffect(() => {
    if (n === null && first) setQuery({ n: String(first.n) });
  }, [n, first]);
  if (rows.error) return <ErrorState error={rows.error} />;
  return (
    <div class="leak">
      <div class="leak-side">
        <FacetChips label={t("leak.verdicts")} facets={present.map((verdict) => ({ id: verdict, label: t(`leak.verdict.${verdict}`), rows: document.totals[verdict], mark: kLeakMarks[verdict] }))} chosen={verdicts}
          onChange={(chosen) => setQuery({ verdicts: chosen.join(",") || "all", n: null })} />
        <Systems document={document} chosen={query.get("system")} />
        <div class="list-tools"><SearchField value={search} onInput={setSearch} /><span class="list-count" aria-live="polite">{t("leak.of_documents", { shown: count(rows.count), all: count(rows.total) })}</span></div>
        <div class="leak-table">
          <VirtualTable<LeakRow> label={t("view.leak")} columns={columns()} count={rows.count} row={rows.row} rowKey={(row) => String(row.n)} rowHeight={42} selected={n} sorting={sorting} onSort={setSorting}
            onRange={rows.onRange} onOpen={(row) => setQuery({ n: String(row.n) })} empty={rows.loading ? t("shell.loading") : undefined} />
        </div>
        <Coverage document={document} />
      </div>
      {n === null ? <EmptyState title={t("leak.choose")} /> : <OneDocument path={withQuery(casePath(caseId, "/leak/document"), { n })} />}
    </div>
  );
}

function Coverage({ document: { coverage } }: { document: LeakDocument }) {
  if (coverage.unread.length === 0) return <p class="soft">{t("leak.complete")}</p>;
  return (
    <details class="leak-unread">
      <summary>{t("leak.unread")}: {count(coverage.unread.length)}</summary>
      <ul>{coverage.unread.slice(0, 100).map((one) => <li key={`${one.path} ${one.reason}`}><PathText path={one.path} /> <span class="soft"><Untrusted text={one.reason} /></span></li>)}</ul>
    </details>
  );
}

function OneDocument({ path }: { path: string }) {
  const loaded = useDocument<LeakText>(path);
  return <Show loaded={loaded}>{(value) => <DocumentText key={value.n} text={value} />}</Show>;
}
