// "Investigate again": long work as a job of the server, with its progress, and a button that stops it.
import { useEffect, useState } from "preact/hooks";
import { ApiError, cancelJob, forgetCase, jobEventsPath, startJob } from "../api";
import { percentShort } from "../format";
import { t } from "../i18n";

interface JobEvent {
  done?: number;
  total?: number | null;
  step?: string | null;
  error?: string | null;
}

type State =
  | { kind: "idle" }
  | { kind: "running"; id: number | string; share: number | null; step: string }
  | { kind: "ended"; text: string; bad: boolean };

const parsedEvent = (event: Event): JobEvent => {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as JobEvent;
  } catch {
    return {};
  }
};

export function JobControl({ caseId }: { caseId: string }) {
  const [state, setState] = useState<State>({ kind: "idle" });
  const running = state.kind === "running" ? state.id : null;
  useEffect(() => {
    if (running === null) return;
    const events = new EventSource(jobEventsPath(running));
    const end = (text: string, bad: boolean) => {
      events.close();
      setState({ kind: "ended", text, bad });
      forgetCase(caseId);
    };
    events.addEventListener("progress", (event) => {
      const { done, total, step } = parsedEvent(event);
      const share = done !== undefined && total ? Math.min(1, done / total) : null;
      setState({ kind: "running", id: running, share, step: step ?? "" });
    });
    events.addEventListener("done", () => end(t("job.done"), false));
    events.addEventListener("cancelled", () => end(t("job.cancelled"), false));
    events.addEventListener("failed", (event) => end(t("job.failed", { why: parsedEvent(event).error ?? "?" }), true));
    return () => events.close();
  }, [running, caseId]);
  const start = () => {
    startJob<{ id: number | string }>(caseId, "investigate").then(
      ({ id }) => setState({ kind: "running", id, share: null, step: "" }),
      (error: unknown) => setState({ kind: "ended", bad: true, text: t("job.failed", { why: error instanceof ApiError ? error.message : String(error) }) }),
    );
  };
  if (state.kind === "running") {
    return (
      <div class="job" role="status">
        <div class="job-line">
          <span>{state.step || t("job.running")}</span>
          <span>{state.share === null ? "" : percentShort(state.share)}</span>
        </div>
        <progress aria-label={t("job.running")} {...(state.share === null ? {} : { value: state.share, max: 1 })} />
        <button type="button" class="link-button" onClick={() => void cancelJob(state.id)}>{t("job.cancel")}</button>
      </div>
    );
  }
  return (
    <div class="job">
      {state.kind === "ended" && <p role="status" class={state.bad ? "bad" : "good"}>{state.text}</p>}
      <button type="button" class="button" title={t("job.investigate_hint")} onClick={start}>{t("job.investigate")}</button>
    </div>
  );
}
