// What no line of a log may show, whatever message it came in by: tokens, keys, passwords in addresses, addresses of people.
const secrets: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[a private key]'],
  [/eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, '[a token]'],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [a token]'],
  [/(?<![a-z+.-])([a-z][a-z+.-]*:\/\/)[^\s/:@]*:[^\s/@]+@/gi, '$1[a password]@'],
  [/(?<![\w.%+-])[\w.%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/gi, '[an address]'],
];

/** Of what is longer a person reads no more, and to look for secrets in it would hold everybody up. */
const mostCharacters = 16_000;

/** The same text without them. */
export function redacted(text: string): string {
  const left = text.length - mostCharacters;
  const whole = left > 0 ? `${text.slice(0, mostCharacters)}… and ${left} characters more` : text;
  return secrets.reduce((shown, [form, instead]) => shown.replace(form, instead), whole);
}
