// Every inventoried file with its verdict and where it lies; page by page from the server.
import { useState } from "preact/hooks";
import { casePath } from "../../api";
import { FacetChips } from "../../components/FacetChips";
import { usePagedRows } from "../../components/pagedRows";
import { SearchField, Select } from "../../components/parts";
import { Sheet } from "../../components/Sheet";
import { ErrorState } from "../../components/states";
import { PathText, Untrusted } from "../../components/Untrusted";
import { VirtualTable, type Column, type Sorting } from "../../components/VirtualTable";
import { bytes, count } from "../../format";
import { t, tCode } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import { kVerdictMarks, kVerdicts, fileName, type DamageDocument, type FileRow } from "./documents";

const columns = (): Column<FileRow>[] => [
  { id: "label", head: t("damage.path"), width: "minmax(14rem, 2fr)", sortable: true, cell: (row) => <span title={row.path}><Untrusted text={row.path} /></span> },
  { id: "system", head: t("damage.system"), width: "8rem", cell: (row) => <Untrusted text={row.system} /> },
  { id: "verdict", head: t("damage.verdict"), width: "10rem", cell: (row) => <span class="role-cell"><i class={`swatch ${kVerdictMarks[row.verdict]}`} aria-hidden="true" />{t(`damage.verdict.${row.verdict}`)}</span> },
  { id: "size", head: t("damage.size"), width: "5.5rem", align: "end", sortable: true, cell: (row) => bytes(row.size) },
  { id: "survived", head: t("damage.survived"), width: "5.5rem", align: "end", sortable: true, cell: (row) => bytes(row.survived_bytes) },
  { id: "pattern", head: t("damage.file_pattern"), width: "minmax(7rem, 1fr)", cell: (row) => (row.pattern ? tCode("damage.loss", row.pattern.name) : "–") },
];

export function FileTable({ caseId, document }: { caseId: string; document: DamageDocument }) {
  const query = useRoute().query;
  const [search, setSearch] = useState("");
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [open, setOpen] = useState<FileRow | null>(null);
  const verdicts = (query.get("verdicts") ?? "").split(",").filter(Boolean);
  const rows = usePagedRows<FileRow>(casePath(caseId, "/damage/files"), {
    verdict: verdicts, system: query.get("system"), q: search, sort: sorting ? `${sorting.descending ? "-" : ""}${sorting.column}` : null,
  });
  const facets = kVerdicts.filter((verdict) => document.totals[verdict].files > 0).map((verdict) => ({ id: verdict, label: t(`damage.verdict.${verdict}`), rows: document.totals[verdict].files, mark: kVerdictMarks[verdict] }));
  if (rows.error) return <ErrorState error={rows.error} />;
  return (
    <>
      <div class="list-tools">
        <FacetChips label={t("damage.verdict")} facets={facets} chosen={verdicts} onChange={(chosen) => setQuery({ verdicts: chosen.join(",") })} />
        <Select label={t("damage.system")} value={query.get("system") ?? ""} options={[{ id: "", label: t("pair.all") }, ...document.systems.map(({ system }) => ({ id: system, label: system }))]} onChange={(system) => setQuery({ system })} />
        <SearchField value={search} onInput={setSearch} />
        <span class="list-count" aria-live="polite">{t("damage.of_files", { shown: count(rows.count), all: count(rows.total) })}</span>
      </div>
      <div class="file-table">
        <VirtualTable<FileRow> label={t("damage.files")} columns={columns()} count={rows.count} row={rows.row} rowKey={(row) => `${row.system}\n${row.path}`} rowHeight={28}
          onRange={rows.onRange} sorting={sorting} onSort={setSorting} onOpen={setOpen} empty={rows.loading ? t("shell.loading") : undefined} />
      </div>
      {open && <FileSheet row={open} document={document} onClose={() => setOpen(null)} />}
    </>
  );
}

function FileSheet({ row, document, onClose }: { row: FileRow; document: DamageDocument; onClose(): void }) {
  const sourceName = (index: number | undefined) => fileName(document.sources[index ?? -1]?.path ?? "?");
  return (
    <Sheet title={fileName(row.path)} onClose={onClose}>
      <p><PathText path={row.path} keep={60} /></p>
      <p class="soft"><Untrusted text={row.system} /> · {bytes(row.size)} · {t(`damage.verdict.${row.verdict}`)}</p>
      <p class="mono">{row.sha256}</p>
      {row.note && <p><Untrusted text={row.note} /></p>}
      {row.in_inventory && <p>{t("damage.in_inventory")}</p>}
      {row.pattern && <p>{t("damage.file_pattern")}: {tCode("damage.loss", row.pattern.name)}{row.pattern.renamed_to && <> (<Untrusted text={row.pattern.renamed_to} />)</>}</p>}
      <h3>{t("damage.where")}</h3>
      <ul class="extents">
        {row.sources.filter((one) => one.whole).map((one) => <li key={`${one.source}-${one.path}`}>{t("damage.copy", { path: one.path ?? "", source: sourceName(one.source) })}</li>)}
        {row.extents.map((extent) => <li key={extent.file_offset}>{t("damage.extent", { length: bytes(extent.length), offset: bytes(extent.offset ?? 0), source: extent.source === undefined ? extent.kind : sourceName(extent.source) })}</li>)}
      </ul>
      {row.extents_total > row.extents.length && <p class="soft">{t("shell.more", { count: row.extents_total - row.extents.length })}</p>}
    </Sheet>
  );
}
