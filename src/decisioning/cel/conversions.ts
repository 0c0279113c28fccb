// Conversions between types, and what else the specification says of texts. Undefined is CEL's error.
import { type Int, int64 } from './integers.ts';

/** Truncates; only what surely fits. */
export function intOfDouble(value: number): Int | undefined {
  return Math.abs(value) < 2 ** 63 ? int64(BigInt(Math.trunc(value))) : undefined;
}

/** Decimal digits with a sign. */
export function intOfText(text: string): Int | undefined {
  return /^[+-]?\d{1,19}$/.test(text) ? int64(BigInt(text)) : undefined;
}

const special = new Map([
  ['nan', Number.NaN],
  ...['inf', '+inf', 'infinity', '+infinity'].map((text) => [text, Number.POSITIVE_INFINITY] as const),
  ...['-inf', '-infinity'].map((text) => [text, Number.NEGATIVE_INFINITY] as const),
]);

/** A decimal number, or the name of what is none. */
export function doubleOfText(text: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return special.get(text.toLowerCase());
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

export function lowerAscii(text: string): string {
  // Plain ASCII is what nearly all texts are, and there the runtime's own is the same and faster.
  return isAscii(text) ? text.toLowerCase() : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 127) return false;
  return true;
}

/** In code points. */
export function sizeOfText(text: string): number {
  let size = text.length;
  for (let index = 1; index < text.length; index++) {
    if (isLow(text.charCodeAt(index)) && isHigh(text.charCodeAt(index - 1))) size--;
  }
  return size;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/** True when the runtime orders the text as the specification does, whatever it is compared with: units are then code points. */
export function ordersByUnits(text: string): boolean {
  return /^[\0-\ud7ff]*$/.test(text);
}

/** Negative, 0 or positive, by code points; the runtime's own order is by UTF-16 units, which differ above the surrogates. */
export function textOrder(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

// A surrogate stands for a code point above all that are one unit.
const rank = (unit: number) => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);
