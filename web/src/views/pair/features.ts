// Which lines of a listing a matched feature comes from. Features are words for people ("constant 0x1505", "string …", "load of
// field at 96"); a line is marked when it plainly says the same, and none is marked when that cannot be told.
import type { CodeLine } from "./documents";

export type LineTest = (line: CodeLine) => boolean;

const parsedNumber = (text: string): bigint | null => {
  const found = /^(-?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (!found) return null;
  const value = BigInt(found[2]!);
  return found[1] ? -value : value;
};

/** Every way in which a listing may write a number: decimal, hexadecimal, two's complement of 8 to 64 bits. */
export function spellings(value: bigint): string[] {
  const magnitude = value < 0n ? -value : value;
  const texts = new Set([magnitude.toString(10), `0x${magnitude.toString(16)}`]);
  for (const bits of [8n, 16n, 32n, 64n]) {
    if (value < 0n) texts.add(`0x${((1n << bits) + value).toString(16)}`);
  }
  return [...texts];
}

const numbersIn = (text: string): Set<string> => new Set(text.toLowerCase().match(/0x[0-9a-f]+|\b\d+\b/g) ?? []);

/** The test for one feature, or null where lines do not show it. */
export function lineTest(feature: string): LineTest | null {
  const field = /field at (\S+)/.exec(feature);
  const constant = /^constant (\S+)/.exec(feature);
  const number = parsedNumber((field ?? constant)?.[1] ?? "");
  if (number !== null) {
    const texts = spellings(number);
    return (line) => {
      if (field && !line.text.includes("[")) return false;
      const there = numbersIn(line.text);
      return texts.some((text) => there.has(text));
    };
  }
  const quoted = /"(.+)"/.exec(feature)?.[1];
  if (quoted) return (line) => line.refers?.includes(quoted.slice(0, 40)) ?? false;
  const named = /^(?:import|call|calls|api) (?:of )?(\S+)/.exec(feature)?.[1];
  if (named) return (line) => line.refers?.includes(named) ?? false;
  return null;
}
