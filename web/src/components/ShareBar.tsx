// One whole cut into parts, as a bar; the key below says every number.
import { decimal } from "../format";

export interface Share {
  id: string;
  label: string;
  value: number;
  /** CSS class that gives the colour. */
  mark: string;
}

export const shareText = (part: number, whole: number): string => {
  if (whole === 0) return "–";
  const percent = (100 * part) / whole;
  if (part > 0 && percent < 0.1) return "<\u20090.1\u00a0%";
  return `${decimal(percent, percent < 10 && percent > 0 ? 1 : 0)}\u00a0%`;
};

export function ShareBar({ shares, label, thin }: { shares: readonly Share[]; label: string; thin?: boolean }) {
  const whole = shares.reduce((sum, share) => sum + share.value, 0);
  const shown = shares.filter((share) => share.value > 0);
  const text = shown.map((share) => `${share.label} ${shareText(share.value, whole)}`).join(", ");
  return (
    <div class={`share-bar${thin ? " is-thin" : ""}`} role="img" aria-label={`${label}: ${text || "0"}`}>
      {shown.map((share) => (
        <i key={share.id} class={`swatch ${share.mark}`} style={{ flexGrow: String(share.value) }} title={`${share.label}: ${shareText(share.value, whole)}`} />
      ))}
    </div>
  );
}
