// What must never be in a log: tokens, passwords in URLs, addresses of people.
const secrets: Readonly<Record<string, RegExp>> = {
  'a JSON Web Token': /eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/,
  'a bearer token': /bearer\s+[A-Za-z0-9._~+/=-]{8,}/i,
  'a password in a URL': /[a-z]+:\/\/[^\s/:@]*:[^\s/@]+@/i,
  'an e-mail address': /[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}/,
  'a private key': /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
};

/** The kinds of secrets that a text shows. */
export function secretsIn(text: string): string[] {
  return Object.entries(secrets)
    .filter(([, form]) => form.test(text))
    .map(([kind]) => kind);
}

/** @throws Error that says what is shown, without showing it again. */
export function refuseSecrets(text: string): void {
  const found = secretsIn(text);
  if (found.length > 0) throw new Error(`what was printed has ${found.join(' and ')} in it`);
}
