// The public text. Every sentence is linked to what it rests on; the linter says what may not be published as it stands.
import { useMemo, useState } from "preact/hooks";
import { casePath, spoken, useDocument, withQuery } from "../../api";
import { claimsOf } from "../../analysis";
import { Notice, Select, TlpBadge, ViewHead } from "../../components/parts";
import { Show } from "../../components/states";
import { Segmented } from "../../components/Tabs";
import { t, tn } from "../../i18n";
import { setQuery, useRoute } from "../../router";
import { kLanguageNames, kLanguages, useSettings, type Language } from "../../settings";
import type { StatementBlock, StatementDocument, StatementSentence } from "../../documents";
import type { ViewProps } from "..";
import { SentenceSide } from "./SentenceSide";
import "./statement.css";

const kTlp = ["", "TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"] as const;
const kExports = ["html", "md", "json", "stix", "misp"] as const;
type Audience = "public" | "technical";

export default function StatementView({ caseId, caseDocument }: ViewProps) {
  const { query } = useRoute();
  const { language: interfaceLanguage } = useSettings();
  const language = (query.get("language") ?? interfaceLanguage) as Language;
  const audience = (query.get("audience") === "technical" ? "technical" : "public") as Audience;
  const tlp = query.get("tlp") ?? "";
  const options = { language, audience, tlp, as_of: query.get("as_of") };
  const loaded = useDocument<StatementDocument>(withQuery(casePath(caseId, "/statement"), options));
  return (
    <>
      <ViewHead title={t("view.statement")} note={loaded.value?.as_of}>
        <Segmented<Audience> label={t("statement.audience")} value={audience} onChange={(id) => setQuery({ audience: id === "public" ? null : id })}
          options={[{ id: "public", label: t("statement.public") }, { id: "technical", label: t("statement.technical") }]} />
        <Select label={t("statement.language")} value={language} onChange={(id) => setQuery({ language: id === interfaceLanguage ? null : id })}
          options={kLanguages.map((id) => ({ id, label: kLanguageNames[id] }))} />
        <Select label={t("statement.tlp")} value={tlp} onChange={(id) => setQuery({ tlp: id })} options={kTlp.map((id) => ({ id: id as string, label: id || t("statement.tlp_case") }))} />
      </ViewHead>
      <div class="exports" role="group" aria-label={t("statement.export")}>
        <span class="soft">{t("statement.export")}</span>
        {kExports.map((format) => (
          <a key={format} class="button" download href={withQuery(casePath(caseId, `/export/${format}`), { ...options, language: spoken(language) })}>{t(`statement.export_${format}`)}</a>
        ))}
      </div>
      <Show loaded={loaded}>{(value) => <Text document={value} claims={claimsOf(caseDocument)} />}</Show>
    </>
  );
}

function Text({ document, claims }: { document: StatementDocument; claims: ReadonlyMap<string, string> }) {
  const [chosen, setChosen] = useState<StatementSentence | null>(null);
  const sentences = useMemo(() => document.sections.flatMap((section) => section.blocks.flatMap(sentencesOf)), [document]);
  const current = chosen && sentences.includes(chosen) ? chosen : null;
  return (
    <div class="statement">
      <article class="statement-text" lang={document.language}>
        <p class="statement-kind"><TlpBadge tlp={document.tlp} /> <span>{document.kind}</span></p>
        <h2 class="statement-title">{document.title}</h2>
        {document.notice && <Notice title={t("statement.notice")}>{document.notice}</Notice>}
        {document.untranslated > 0 && <p class="soft">{tn("statement.untranslated", document.untranslated)}</p>}
        {document.summary && <p class="statement-lead">{document.summary}</p>}
        {document.sections.map((section) => (
          <section key={section.id} id={`section-${section.id}`}>
            <h3>{section.heading}</h3>
            {section.blocks.map((block, index) => <Block key={index} block={block} chosen={current} onChoose={setChosen} />)}
          </section>
        ))}
      </article>
      <SentenceSide sentence={current} sentences={sentences} claims={claims} />
    </div>
  );
}

const sentencesOf = (block: StatementBlock): StatementSentence[] => ("sentences" in block ? block.sentences : []);

interface BlockProps {
  block: StatementBlock;
  chosen: StatementSentence | null;
  onChoose(sentence: StatementSentence | null): void;
}

function Block({ block, chosen, onChoose }: BlockProps) {
  switch (block.type) {
    case "subheading": return <h4>{block.text}</h4>;
    case "figure": return <p class="soft">{block.text}</p>;
    case "table": return block.rows.length > 0 ? <Table table={block} /> : null;
    default: return (
      <p class={block.type === "bullet" ? "is-bullet" : undefined}>
        {block.sentences.map((sentence, index) => <Sentence key={index} sentence={sentence} chosen={sentence === chosen} onChoose={onChoose} />)}
      </p>
    );
  }
}

function Sentence({ sentence, chosen, onChoose }: { sentence: StatementSentence; chosen: boolean; onChoose(sentence: StatementSentence | null): void }) {
  const classes = ["sentence", `is-${sentence.kind}`, chosen ? "is-chosen" : "", sentence.findings.length > 0 ? "is-broken" : ""];
  const choose = () => onChoose(chosen ? null : sentence);
  return (
    <>
      <span class={classes.filter(Boolean).join(" ")} role="button" tabIndex={0} aria-pressed={chosen} onClick={choose} onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      }}>{sentence.text}</span>{" "}
    </>
  );
}

function Table({ table }: { table: Extract<StatementBlock, { type: "table" }> }) {
  return (
    <div class="statement-table">
      <table>
        <thead><tr>{table.head.map((head, index) => <th key={index} scope="col">{head}</th>)}</tr></thead>
        <tbody>{table.rows.map((row, index) => <tr key={index}>{row.map((cell, column) => <td key={column}>{cell}</td>)}</tr>)}</tbody>
      </table>
      {table.left_out > 0 && <p class="soft">{t("statement.left_out", { count: table.left_out })}</p>}
    </div>
  );
}
