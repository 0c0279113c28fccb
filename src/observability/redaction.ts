// What no line of a log may show, whatever message it came in by: tokens, keys, passwords in addresses, addresses of people.
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[a private key]'],
  [/eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, '[a token]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [a token]'],
  [/\b([a-z][a-z+.-]*:\/\/)[^\s/:@]*:[^\s/@]+@/gi, '$1[a password]@'],
  [/[\w.%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/gi, '[an address]'],
];

/** The same text without them. */
export function redacted(text: string): string {
  return secrets.reduce((shown, [form, instead]) => shown.replace(form, instead), text);
}
